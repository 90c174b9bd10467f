"""A rep who left is forgotten: nothing tells of the person, nothing more is read, and every proof still holds."""

import pytest
from dying import Died
from floor import JANE, JONY, Floor
from leaving import busy_jane, counted, forgotten, module, still_told
from other_writers import once, publish_while
from proving import discrepancies, figures, rows_off, spoil
from world import World

from accounts.errors import UnknownRep
from accounts.record_way import record_way
from accounts.rep_account import find_rep
from accounts.rep_board import refresh_board, rep_board
from accounts.user_changes import added_user
from ledger import audit
from ledger.engine import snapshot, transaction
from ledger.presence import Span, count_present
from ledger.redhawk_history import mapped_redhawk_ids
from ledger.rep_board import BoardQuestion, count_by_trend
from ledger.sessions import open_session
from ledger.users import User
from worker import forgetting
from worker.backfill import read_again
from worker.force_sync import force_sync
from worker.mapping import Alias, MappingRefused, map_name, preview_mapping
from worker.rebuild import rebuild
from worker.spans import COMPARED


def _sound(floor: Floor) -> None:
    assert discrepancies(floor) == []
    assert rows_off(floor) == []
    assert rebuild(floor.parts, None, correct=False, progress=lambda *_: None).same


def test_nothing_tells_of_the_person_and_every_count_stays(world: World) -> None:
    """No name, text, e-mail or word of hers anywhere, her id in no bytes; XP, facts, days and her row as before."""
    ids = busy_jane(world)
    before, row, jony = counted(world.floor), world.row(), world.row(JONY)
    assert {word for _, word in still_told(world.floor)} == {"austen", "xochitl", "winchester", JANE}
    assert {each["rep"] for each in world.floor.ledger("SELECT rep FROM facts WHERE kind <> 'other'")} == {JANE, JONY}
    erased = forgotten(world)
    assert still_told(world.floor) == []
    assert world.floor.ledger("SELECT 1 FROM aliases WHERE source = 'twenty'") == []
    hints = "SELECT rep_hint FROM facts UNION SELECT data ->> 'rep_hint' FROM record_versions"
    assert {each["rep_hint"] for each in world.floor.ledger(hints)} == {None, "1"}
    assert (counted(world.floor), world.row(), world.row(JONY)) == (before, row, jony)
    assert erased.deliveries > 10
    assert erased.leads == 1
    _sound(world.floor)
    assert figures(world.floor, "standings") == {"forgotten": 1, "published": 1}
    with snapshot(world.floor.parts.engine) as connection:
        way = record_way(connection, "note", ids["odd"])
    assert (way.rep, way.fact.fact.disposition if way.fact else None) == (None, "UNREAD")
    again = forgotten(world)
    assert (again.readings, again.writes, again.audit_rows, again.deliveries, again.leads) == (0, 0, 0, 0, 0)


def test_nothing_more_is_read_or_published(world: World) -> None:
    """Her notes, edits, deals, events and the member herself, told again by webhook and sweep, leave nothing."""
    ids = busy_jane(world)
    forgotten(world)
    before, row = counted(world.floor), world.row()
    world.call("Call - XOCHITL | 2:05 | Winchester")
    world.edit(ids["odd"], "Call - CONTACT | 5:45 | Winchester")
    world.delete("notes", ids["call"])
    world.deal("CUSTOMER")
    world.twenty.put("workspaceMembers", {"id": JANE, "name": {"firstName": "Jane", "lastName": "Austen-Leigh"}})
    world.twenty.as_member(JONY).update("people", ids["lead"], {"jobTitle": "x"})
    module(world, "a2")
    for _ in range(2):
        world.settled()
    world.passes(days=8)
    world.settled()
    assert (counted(world.floor), world.row()) == (before, row)
    assert still_told(world.floor) == []
    assert world.floor.ledger("SELECT 1 FROM deliveries WHERE state IN ('pending', 'parked')") == []
    assert world.floor.ledger("SELECT dirty - done AS waits, standing FROM reps WHERE id = :rep", rep=JANE) == [
        {"waits": 0, "standing": None}
    ]
    with snapshot(world.floor.parts.engine) as connection:
        for name, plural in COMPARED.items():
            present = count_present(connection, name, Span(None, world.now()))
            assert present.count == len(world.twenty.rows(plural))
    _sound(world.floor)


def test_reading_twenty_again_brings_nothing_back(world: World) -> None:
    """`rebuild --from-twenty` reads all of it, and keeps nothing."""
    busy_jane(world)
    forgotten(world)
    before = counted(world.floor)
    read_again(world.floor.parts, lambda _: None)
    world.settled()
    assert counted(world.floor) == before
    assert still_told(world.floor) == []
    _sound(world.floor)


def test_a_deal_that_is_handed_over_counts_for_its_new_owner(world: World) -> None:
    """Jony wins her open deal and is paid; the appointment stays paid to her."""
    ids = busy_jane(world)
    forgotten(world)
    appointments = world.floor.ledger("SELECT rep, amount FROM awards WHERE fact_key LIKE 'appointment%'")
    world.hand_over(ids["deal"], JONY)
    world.move(ids["deal"], "CUSTOMER")
    for _ in range(2):
        world.settled()
    assert world.standing(JONY)["closedDeals"] == 1
    assert world.floor.ledger("SELECT rep FROM awards WHERE reason = 'deal'") == [{"rep": JONY}]
    assert world.floor.ledger("SELECT rep, amount FROM awards WHERE fact_key LIKE 'appointment%'") == appointments
    assert still_told(world.floor) == []
    _sound(world.floor)


def test_she_is_not_on_the_board_from_then_on(world: World) -> None:
    """The kept one is not waited for: neither shows, counts nor holds anything of her, though no clock runs."""
    busy_jane(world)
    parts = world.floor.parts
    refresh_board(parts.engine, parts.rules, world.now())
    assert {"rep": JANE} in world.floor.ledger("SELECT rep FROM board")
    forgotten(world)
    assert world.floor.ledger("SELECT rep FROM board") == [{"rep": JONY}]
    with snapshot(parts.engine) as connection:
        assert sum(count_by_trend(connection, "").values()) == 1


def test_nobody_finds_her_and_nothing_is_given_to_her(world: World) -> None:
    """Unknown to explain, lists, syncs and RedHawk's histories; a map to her, or of her id, is refused."""
    busy_jane(world)
    forgotten(world)
    parts = world.floor.parts
    refresh_board(parts.engine, parts.rules, world.now())
    with snapshot(parts.engine) as connection:
        assert [rep.row.id for rep in rep_board(connection, parts.rules, BoardQuestion())] == [JONY]
        assert mapped_redhawk_ids(connection) == []
        for word in (JANE, "Jane Austen"):
            with pytest.raises(UnknownRep):
                find_rep(connection, word)
    assert force_sync(parts, JANE).outcome == "unknown_rep"
    for alias in (Alias("redhawk", "7", JANE), Alias("redhawk", "1", JONY)):
        for act in (preview_mapping, map_name):
            with pytest.raises(MappingRefused, match="forgotten"):
                act(parts, alias)
    map_name(parts, Alias("twenty", "worker-key", JONY))
    world.settled()
    assert world.floor.ledger("SELECT DISTINCT rep FROM facts WHERE rep_by = 'alias' AND kind = 'call'") == [
        {"rep": JANE}
    ]
    _sound(world.floor)


@pytest.mark.parametrize(
    "step", ["erase_readings", "erase_audit_rows", "erase_deliveries", "facts_assigned_under", "read_anew"]
)
def test_killed_in_the_midst_it_is_ended_by_the_next_run(
    world: World, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """Whatever step it dies at: nothing more is read from then on, the audit is clean, and once more ends right."""
    ids = busy_jane(world)
    before = counted(world.floor)

    def dies(*_: object, **__: object) -> None:
        raise Died

    with monkeypatch.context() as patched:
        patched.setattr(forgetting, step, dies)
        with pytest.raises(Died):
            forgotten(world)
    assert discrepancies(world.floor) == []
    world.call("Call - XOCHITL | 2:05 | Winchester")
    note = world.call("Call - CONTACT | 2:05 | Kim", rep=None, lead=ids["lead"])
    world.settled()
    assert counted(world.floor) == before
    assert world.floor.ledger("SELECT rep FROM facts WHERE key = :key", key=f"note:{note}") == [{"rep": None}]
    forgotten(world)
    assert counted(world.floor) == before
    assert still_told(world.floor) == []
    _sound(world.floor)


def test_a_write_in_flight_is_not_remembered(world: World) -> None:
    """She is forgotten between the publisher's read and its write: her standing and row do not come back."""
    busy_jane(world)
    world.call("Call - CONTACT | 2:05 | Kim")
    world.deliver_all()
    publish_while(world, once(lambda: forgotten(world)))
    assert still_told(world.floor) == []
    _sound(world.floor)


def test_accounts_of_the_console_go_with_who_they_were_of(world: World) -> None:
    """Hers, its sessions and its name in the audit log; those of others stay."""
    busy_jane(world)
    with transaction(world.floor.parts.engine) as connection:
        for name, role, rep in (("jane.austen", "rep", JANE), ("jony", "rep", JONY), ("ana", "admin", None)):
            added_user(connection, "ana", User(name, role, rep), "a long enough password 7!")
            open_session(connection, name, f"token of {name}")
        audit.add(connection, actor="jane.austen", action="signed in", subject="user:jane.austen")
    forgotten(world)
    assert still_told(world.floor) == []
    assert world.floor.ledger("SELECT user_name FROM sessions ORDER BY 1") == [
        {"user_name": "ana"},
        {"user_name": "jony"},
    ]
    rows = world.floor.ledger(
        "SELECT actor, action, subject FROM audit_log WHERE subject = :its ORDER BY id", its=f"rep:{JANE}"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("ana", "user added", f"rep:{JANE}"),
        (f"rep:{JANE}", "signed in", f"rep:{JANE}"),
        ("HR", "forget", f"rep:{JANE}"),
    ]


def test_another_member_of_the_same_name_keeps_the_leads(world: World) -> None:
    """A lead that is assigned to JANE_AUSTEN stays the other Jane Austen's."""
    ids = busy_jane(world)
    other = "20202020-1553-45c6-a028-5a9064cce07f"
    world.twenty.put("workspaceMembers", {"id": other, "name": {"firstName": "Jane", "lastName": "Austen"}})
    world.settled()
    assert forgotten(world).leads == 0
    world.twenty.as_member(JONY).update("people", ids["lead"], {"jobTitle": "x"})
    note = world.call("Call - CONTACT | 2:05 | Kim", rep=None, lead=ids["lead"])
    world.settled()
    assert world.floor.ledger("SELECT rep FROM facts WHERE key = :key", key=f"note:{note}") == [{"rep": other}]
    _sound(world.floor)


def test_who_comes_back_under_the_same_id_counts_again(world: World) -> None:
    """The runbook's way: the mark is taken away and Twenty read again; what she did meanwhile pays, nothing twice."""
    ids = busy_jane(world)
    row = world.row()
    forgotten(world)
    world.call("Call - CONTACT | 2:05 | Kim")
    world.settled()
    spoil(world.floor, "UPDATE reps SET forgotten_at = NULL, forgotten_value = NULL WHERE id = %(rep)s", rep=JANE)
    world.passes(minutes=1)
    read_again(world.floor.parts, lambda _: None)
    for _ in range(2):
        world.settled()
    with snapshot(world.floor.parts.engine) as connection:
        assert find_rep(connection, "Jane Austen") == JANE
    assert world.row()["totalXp"] == row["totalXp"] + 20
    assert ids["odd"]
    _sound(world.floor)
