"""Mapping an outside name: the preview tells exactly what then happens, and nothing is paid twice."""

import json
from collections.abc import Callable
from datetime import timedelta
from threading import Thread

import pytest
from floor import JANE, JONY, PHIL, Floor
from redhawk_sender import RedHawkSender
from telling import NOON, deal, note, settle, stamp, tell

from accounts.mapping import Alias, Mapped
from ledger.aliases import map_names
from ledger.engine import transaction
from ledger.locks import hold_names, share_names
from ledger.tables import metadata
from twenty_client.errors import TwentyError
from worker.digest import digest_batch
from worker.mapping import MappingRefused, find_rep, map_name, preview_mapping
from worker.parts import Parts

KIM = "20202020-c000-4485-94de-70c2a98daef2"  # a lead of whom the recorded day says nothing
DIALER = Alias("twenty", "dialer", JANE)
REDHAWK = Alias("redhawk", "7", JANE)


def contents(floor: Floor) -> str:
    """Every row of the ledger."""
    tables = [table.name for table in metadata.sorted_tables]
    return json.dumps(
        {name: floor.ledger(f'SELECT * FROM "{name}" ORDER BY 1::text, 2::text') for name in tables}, default=str
    )


def xp(floor: Floor) -> dict[str, int]:
    """XP from awards, by rep."""
    rows = floor.ledger("SELECT rep, sum(amount) AS xp FROM awards GROUP BY 1")
    return {row["rep"]: int(row["xp"]) for row in rows}


def gained(before: dict[str, int], after: dict[str, int]) -> dict[str, int]:
    """What each rep has more than before."""
    return {rep: after[rep] - before.get(rep, 0) for rep in after if after[rep] != before.get(rep, 0)}


def moves(mapped: Mapped) -> set[tuple[str, int, str | None]]:
    """(kind, count, from whom)."""
    return {(moved.kind, moved.count, moved.before) for moved in mapped.moved}


def pays(mapped: Mapped) -> dict[str, tuple[int, int]]:
    """XP at once and after the watermark, by rep."""
    return {change.rep: (change.at_once, change.after_watermark) for change in mapped.changes}


def send_module(floor: Floor, number: int, score: int, rep: str = "7") -> None:
    """RedHawk tells a module's result."""
    data = {"moduleId": str(number), "repId": rep, "score": score, "completedAt": stamp(NOON)}
    event = {
        "type": "module.completed",
        "timestamp": stamp(NOON),
        "data": {**data, "attemptId": f"a{number}{score}{rep}"},
    }
    assert RedHawkSender(floor).send(event, message_id=f"msg-{number}-{score}-{rep}") == 202


@pytest.fixture
def dialing(floor: Floor) -> Floor:
    """The API key `dialer` wrote two calls (one with its twin) and an appointment; RedHawk told two modules of 7."""
    floor.play()
    floor.sweep()
    calls = [
        ("n1", "Call - CONTACT | 2:05 | Kim", 0),
        ("n2", "Call - contact", 1),
        ("n3", "Call - APPOINTMENT | 0:20 | Kim", 9),
    ]
    for key, title, minute in calls:
        tell(floor, "note.created", note(key, title, rep=None, name="dialer"), NOON + timedelta(minutes=minute))
    tell(floor, "noteTarget.created", {"id": "t3", "noteId": "n3", "targetPersonId": KIM})
    send_module(floor, 0, 90)
    send_module(floor, 5, 99)
    floor.digest()
    floor.publish()
    return floor


def test_the_preview_tells_what_moves_and_what_it_pays(dialing: Floor) -> None:
    """Three notes, two of them one call: 20 + 5 + 100 XP, all after the watermark; Jane's two calls count at once."""
    preview = preview_mapping(dialing.parts, DIALER)
    assert moves(preview) == {("call", 3, None)}
    assert pays(preview) == {JANE: (0, 20 + 5 + 100)}
    (change,) = preview.changes
    assert (change.name, preview.before) == ("Jane Austen", None)
    assert change.after.standing["appointmentsSet"] - change.before.standing["appointmentsSet"] == 1
    assert change.after.standing["totalCalls"] > change.before.standing["totalCalls"]


def test_modules_are_paid_at_once_by_our_pass_marks(dialing: Floor) -> None:
    """RedHawk's 7 is Jane: module 0 pays 50 now, the failed TCPA module never."""
    preview = preview_mapping(dialing.parts, REDHAWK)
    assert moves(preview) == {("module", 2, None)}
    assert pays(preview) == {JANE: (50, 0)}


@pytest.mark.parametrize("alias", [DIALER, REDHAWK], ids=["API key", "RedHawk"])
def test_a_preview_changes_nothing(dialing: Floor, alias: Alias) -> None:
    """Every table of the ledger is as it was, byte for byte."""
    before = contents(dialing)
    preview_mapping(dialing.parts, alias)
    assert contents(dialing) == before


@pytest.mark.parametrize("alias", [DIALER, REDHAWK], ids=["API key", "RedHawk"])
def test_what_was_previewed_happens(dialing: Floor, alias: Alias) -> None:
    """XP at once, XP when all has settled, and the standing are those of the preview."""
    start = xp(dialing)
    preview = preview_mapping(dialing.parts, alias)
    mapped = map_name(dialing.parts, alias)
    assert mapped == preview
    at_once = {rep: now for rep, (now, _) in pays(preview).items() if now}
    assert gained(start, xp(dialing)) == at_once
    dialing.publish()
    told = dict(preview.changes[0].after.standing)
    assert {name: dialing.standings()[JANE][name] for name in told} == told
    settle(dialing)
    settle(dialing)
    assert gained(start, xp(dialing)) == {rep: sum(both) for rep, both in pays(preview).items()}


def test_parked_deliveries_are_released(dialing: Floor) -> None:
    """What was parked because nobody knew whose it was counts as processed, and only that."""
    before = dialing.deliveries()
    map_name(dialing.parts, DIALER)
    after = dialing.deliveries()
    assert (before["parked"] - after["parked"], after["processed"] - before["processed"]) == (3, 3)


def test_mapping_twice_pays_once(dialing: Floor) -> None:
    """The second time nothing moves and nothing is paid, now or later."""
    map_name(dialing.parts, DIALER)
    settle(dialing)
    paid = xp(dialing)
    again = map_name(dialing.parts, DIALER)
    assert (again.moved, pays(again), again.before) == ((), {JANE: (0, 0)}, JANE)
    settle(dialing)
    assert xp(dialing) == paid


def test_remapping_moves_the_figures_at_once_and_no_xp(dialing: Floor) -> None:
    """Jane was paid and keeps it; calls and appointment are Jony's from now on, in totals, standings and rows."""
    map_name(dialing.parts, DIALER)
    settle(dialing)
    paid, awards = xp(dialing), dialing.ledger("SELECT fact_key, reason, rep FROM awards ORDER BY id")
    calls = {rep: dialing.standings()[rep]["totalCalls"] for rep in (JANE, JONY)}
    mapped = map_name(dialing.parts, Alias("twenty", "dialer", JONY))
    assert moves(mapped) == {("call", 3, JANE)}
    assert pays(mapped) == {JANE: (0, 0), JONY: (0, 0)}
    dirty = dialing.ledger("SELECT id FROM reps WHERE dirty > done ORDER BY id")
    assert {row["id"] for row in dirty} == {JANE, JONY}
    settle(dialing)
    now = {rep: dialing.standings()[rep]["totalCalls"] for rep in (JANE, JONY)}
    assert (now[JANE] - calls[JANE], now[JONY] - calls[JONY]) == (-2, 2)
    assert xp(dialing) == paid
    assert dialing.ledger("SELECT fact_key, reason, rep FROM awards ORDER BY id") == awards
    assert day_totals_are_those_of_the_facts(dialing)


def day_totals_are_those_of_the_facts(floor: Floor) -> bool:
    """Whether the calls of the totals add up to the live calls, twins once, by rep."""
    totals = floor.ledger("SELECT rep, sum(calls) AS calls FROM day_totals GROUP BY 1 HAVING sum(calls) > 0 ORDER BY 1")
    facts = floor.ledger(
        "SELECT rep, count(*) AS calls FROM facts f WHERE kind = 'call' AND live AND rep IS NOT NULL AND NOT EXISTS"
        " (SELECT 1 FROM facts v WHERE v.key = f.twin_of AND v.live AND v.kind = 'call') GROUP BY 1 ORDER BY 1"
    )
    return totals == facts


def test_what_waits_when_it_is_remapped_is_the_other_reps(dialing: Floor) -> None:
    """Mapped to Jane by mistake and to Jony a moment later: Jony is paid, Jane never was, and the preview says so."""
    map_name(dialing.parts, DIALER)
    start = xp(dialing)
    remapped = Alias("twenty", "dialer", JONY)
    preview = preview_mapping(dialing.parts, remapped)
    assert pays(preview) == {JANE: (0, -125), JONY: (0, 125)}
    map_name(dialing.parts, remapped)
    settle(dialing)
    settle(dialing)
    assert gained(start, xp(dialing)) == {JONY: 125}


def test_a_module_given_to_another_rep_pays_nothing_again(dialing: Floor) -> None:
    """RedHawk's 7 was Jane and is Phil: module 0 is in his figures; its 50 XP stay Jane's."""
    map_name(dialing.parts, REDHAWK)
    paid = xp(dialing)
    map_name(dialing.parts, Alias("redhawk", "7", PHIL))
    settle(dialing)
    assert xp(dialing) == paid
    assert "module_0" in dialing.standings()[PHIL]["completedModules"]


def test_a_name_of_one_source_is_not_the_others(dialing: Floor) -> None:
    """RedHawk's 7 and an API key called 7 are two."""
    tell(dialing, "note.created", note("n7", "Call - DNC | 0:05 | Kim", rep=None, name="7"))
    dialing.digest()
    assert moves(map_name(dialing.parts, Alias("twenty", "7", JONY))) == {("call", 1, None)}
    preview = preview_mapping(dialing.parts, REDHAWK)
    assert moves(preview) == {("module", 2, None)}
    assert pays(preview).keys() == {JANE}


def test_other_waiting_xp_is_not_told_as_the_mappings(dialing: Floor) -> None:
    """Jane's own appointment waits as well: it is not what the mapping pays."""
    tell(dialing, "opportunity.created", deal("MEETING", JANE, id="roof-y", pointOfContactId="other"))
    dialing.digest()
    assert pays(preview_mapping(dialing.parts, DIALER)) == {JANE: (0, 125)}


def test_a_second_sign_of_an_appointment_pays_nothing(dialing: Floor) -> None:
    """Jane's own opportunity with the same lead is the appointment that the dialer's note tells of: 100 XP less."""
    tell(dialing, "opportunity.created", deal("MEETING", JANE, pointOfContactId=KIM))
    dialing.digest()
    assert pays(preview_mapping(dialing.parts, DIALER)) == {JANE: (0, 25)}


def test_the_mapping_is_in_the_audit_log(dialing: Floor) -> None:
    """Who it was, who it is, how many facts moved; and each fact that was another's, with the mapping as its cause."""
    map_name(dialing.parts, DIALER)
    map_name(dialing.parts, Alias("twenty", "dialer", JONY))
    rows = dialing.ledger("SELECT actor, action, subject, rep, before, after FROM audit_log ORDER BY id")
    moved = dialing.ledger("SELECT rep, after, cause FROM audit_log WHERE action = 'reassigned'")
    assert moved == [{"rep": JANE, "after": {"rep": JONY}, "cause": "alias twenty:dialer"}] * 3
    common = {"actor": "cli", "action": "map", "subject": "alias:twenty:dialer"}
    assert [row for row in rows if row["action"] == "map"] == [
        {**common, "rep": JANE, "before": {"rep": None}, "after": {"rep": JANE, "facts": {"call": 3}}},
        {**common, "rep": JONY, "before": {"rep": JANE}, "after": {"rep": JONY, "facts": {"call": 3}}},
    ]


def test_an_adopted_row_is_previewed_as_adopted(floor: Floor) -> None:
    """Jane's row has XP that repsync never gave: what happened before pays nothing, and the preview knows."""
    floor.twenty.put("repProgressions", {"workspaceMemberId": JANE, "name": "Jane", "totalXp": 700})
    send_module(floor, 0, 90)
    floor.digest()
    bring_members(floor)
    before = contents(floor)
    preview = preview_mapping(floor.parts, REDHAWK)
    assert contents(floor) == before
    assert pays(preview) == {JANE: (0, 0)}
    map_name(floor.parts, REDHAWK)
    floor.publish()
    assert xp(floor) == {JANE: 0}
    assert floor.rows()[JANE]["totalXp"] == 700


def test_a_rep_who_was_never_read_is_paid_at_once_too(floor: Floor) -> None:
    """Nothing of Jane's is in Twenty yet: the row is read for the preview, and the module pays as it is mapped."""
    send_module(floor, 0, 90)
    floor.digest()
    bring_members(floor)
    assert pays(preview_mapping(floor.parts, REDHAWK)) == {JANE: (50, 0)}
    map_name(floor.parts, REDHAWK)
    assert xp(floor) == {JANE: 50}


def bring_members(floor: Floor) -> None:
    """The workspace's members are known, and nothing else of it."""
    for rep, last in ((JANE, "Austen"), (JONY, "Austen")):
        tell(floor, "workspaceMember.created", {"id": rep, "name": {"firstName": "Jane", "lastName": last}})
    floor.digest()


def test_a_name_without_facts_needs_nothing_of_twenty(floor: Floor) -> None:
    """Before the go-live, or while Twenty is down, aliases can be made for what is to come."""
    bring_members(floor)
    floor.twenty.stop()
    mapped = map_name(floor.parts, DIALER)
    assert mapped.moved == ()
    tell(floor, "note.created", note("n1", "Call - DNC | 0:05 | Kim", rep=None, name="dialer"))
    floor.digest()
    assert floor.ledger("SELECT rep, rep_by FROM facts") == [{"rep": JANE, "rep_by": "alias"}]


def test_a_row_that_cannot_be_read_stops_the_mapping(floor: Floor) -> None:
    """What the row holds decides what is paid, so nothing is guessed and nothing changed while Twenty is down."""
    send_module(floor, 0, 90)
    floor.digest()
    bring_members(floor)
    before = contents(floor)
    floor.twenty.stop()
    with pytest.raises(TwentyError):
        map_name(floor.parts, REDHAWK)
    assert contents(floor) == before


def test_a_member_is_found_by_id_or_by_a_name_of_its_own(floor: Floor) -> None:
    """Two are called Jane Austen: her name does not do, and the error shows both ids."""
    bring_members(floor)
    assert find_rep(floor.parts, JANE) == JANE
    with pytest.raises(MappingRefused, match=f"2 workspace members .* {JANE}, {JONY}"):
        find_rep(floor.parts, "Jane Austen")
    with pytest.raises(MappingRefused, match="repsync reps list"):
        find_rep(floor.parts, "jane austen")


def test_a_digest_waits_for_a_mapping_of_the_name_it_needs(dialing: Floor) -> None:
    """A note of the dialer's that comes while the mapping commits is Jane's too: no fact falls between the two."""
    tell(dialing, "note.created", note("n8", "Call - DNC | 0:05 | Kim", rep=None, name="dialer"))
    with transaction(dialing.parts.engine) as connection:
        hold_names(connection)
        map_names(connection, "twenty", {"dialer": JANE})
        digest = Thread(target=digest_batch, args=(dialing.parts,))
        digest.start()
        digest.join(timeout=1)
        assert digest.is_alive()
    digest.join()
    assert dialing.ledger("SELECT rep FROM facts WHERE key = 'note:n8'") == [{"rep": JANE}]


@pytest.mark.parametrize("act", [map_name, preview_mapping])
def test_a_mapping_waits_for_digests_that_look_names_up(dialing: Floor, act: Callable[[Parts, Alias], Mapped]) -> None:
    """What such a digest is about to commit carries the old meaning of the name: the mapping must see it."""
    with transaction(dialing.parts.engine) as connection:
        share_names(connection)
        mapping = Thread(target=act, args=(dialing.parts, DIALER))
        mapping.start()
        mapping.join(timeout=1)
        assert mapping.is_alive()
    mapping.join()
