"""Records destroyed in Twenty of which no webhook told: found by their count, confirmed, counted out."""

import pytest
from floor import JONY
from losing import calls_of, destroy_unheard, look, missing, put_notes, stamp, swept_later
from rich.console import Console
from world import MONDAY, World

from accounts.record_way import record_way
from ledger.engine import snapshot
from runtime.explain.way_page import way_page
from schemas.account import RecordWayAnswer


def test_a_destroyed_note_is_confirmed_only_a_sweep_later(world: World) -> None:
    """It leaves the metrics then and not before, for good; its XP and all other notes stay."""
    notes = [world.call("Call - CONTACT") for _ in range(5)]
    world.settled()
    before = world.standing()
    destroy_unheard(world, "notes", notes[1])
    look(world)
    assert missing(world) == {notes[1]: "believed"}
    look(world)
    assert (calls_of(world), missing(world)) == (5, {notes[1]: "believed"})
    swept_later(world)
    look(world)
    assert (calls_of(world), missing(world)) == (4, {notes[1]: "confirmed"})
    assert world.standing()["totalXp"] == before["totalXp"]
    assert world.floor.ledger("SELECT key FROM facts WHERE NOT live") == [{"key": f"note:{notes[1]}"}]
    swept_later(world, hours=1)
    assert look(world) == 4
    assert (calls_of(world), missing(world)) == (4, {notes[1]: "confirmed"})


def test_a_destroyed_deal_is_counted_out(world: World) -> None:
    """Opportunities are compared too."""
    deals = [world.deal("CUSTOMER"), world.deal("CUSTOMER")]
    world.settled()
    assert world.standing()["closedDeals"] == 2
    destroy_unheard(world, "opportunities", deals[0])
    look(world)
    swept_later(world)
    look(world)
    assert world.standing()["closedDeals"] == 1


def test_an_old_record_that_is_made_again_is_dropped(world: World) -> None:
    """The second read finds it: it never stopped counting."""
    note = world.call("Call - CONTACT")
    world.settled()
    (row,) = world.twenty.rows("notes")
    destroy_unheard(world, "notes", note)
    look(world)
    world.twenty.put("notes", row)
    swept_later(world)
    look(world)
    assert (calls_of(world), missing(world)) == (1, {})
    assert world.floor.ledger("SELECT count(*) AS n FROM record_versions WHERE destroyed") == [{"n": 0}]


def test_a_webhook_that_was_only_late_is_believed_alone(world: World) -> None:
    """It told of the end before the second read: one destroyed version, and nothing waits."""
    note = world.call("Call - CONTACT")
    world.settled()
    world.destroy("notes", note)
    look(world)
    world.deliver_all()
    swept_later(world)
    look(world)
    assert missing(world) == {}
    assert world.floor.ledger("SELECT count(*) AS n FROM record_versions WHERE destroyed") == [{"n": 1}]
    assert world.floor.ledger("SELECT count(*) AS n FROM deliveries WHERE source = 'missing'") == [{"n": 0}]


def test_a_record_that_is_there_again_is_revived_and_can_go_again(world: World) -> None:
    """A tombstone that Twenty contradicts falls with the next pass; the same version can be destroyed once more."""
    note = world.call("Call - CONTACT")
    world.settled()
    (row,) = world.twenty.rows("notes")
    counted = []
    for there in (False, True, False):
        if there:
            world.twenty.put("notes", row)
        else:
            destroy_unheard(world, "notes", note)
        swept_later(world, hours=1)
        look(world)
        swept_later(world)
        look(world)
        counted.append(calls_of(world))
    assert counted == [0, 1, 0]


def test_a_record_that_no_sweep_could_see_is_read(world: World) -> None:
    """Imported with times that lie before the cursor: found by the count, counted as any other."""
    world.call("Call - CONTACT")
    world.settled()
    put_notes(world, 3)
    swept_later(world)
    assert calls_of(world) == 1
    look(world)
    assert (calls_of(world), missing(world)) == (4, {})
    assert world.floor.ledger("SELECT count(*) AS n FROM deliveries WHERE source = 'twenty'") == [{"n": 1}]


def test_a_record_that_can_not_be_read_is_kept_once(world: World) -> None:
    """Twenty has it and the ledger never will: each pass meets it again, and the inbox grows no further."""
    world.call("Call - CONTACT")
    world.settled()
    put_notes(world, 1, title={"not": "a text"})
    for _ in range(3):
        swept_later(world, hours=1)
        look(world)
    assert world.floor.ledger("SELECT count(*) AS n FROM deliveries WHERE state = 'parked'") == [{"n": 1}]


def test_equal_counts_with_other_ids_are_seen_in_the_slice(world: World) -> None:
    """One note gone and another one never seen in the same hour hide each other from the count, not from a read."""
    notes = [world.call("Call - CONTACT") for _ in range(3)]
    world.settled()
    destroy_unheard(world, "notes", notes[0])
    put_notes(world, 1, createdAt=stamp(MONDAY))
    look(world)
    assert missing(world) == {notes[0]: "believed"}
    assert calls_of(world) == 4


@pytest.mark.parametrize("kind", ["soft-deleted", "live"])
def test_what_twenty_threw_out_of_its_trash_stops_nothing(world: World, kind: str) -> None:
    """Sixty soft-deleted notes destroyed in a night change no standing; sixty live ones ask the operator."""
    thrown = put_notes(world, 60, **({"deletedAt": stamp(MONDAY)} if kind == "soft-deleted" else {}))
    kept = [world.call("Call - CONTACT", rep=JONY) for _ in range(2)]
    world.settled()
    for note in thrown:
        destroy_unheard(world, "notes", note)
    look(world)
    swept_later(world)
    look(world)
    assert missing(world) == (dict.fromkeys(thrown, "confirmed") if kind == "soft-deleted" else {})
    assert world.standing(JONY)["totalCalls"] == len(kept)


def test_explain_tells_where_the_tombstone_came_from(world: World) -> None:
    """Since when it is missing, and when that was confirmed; also after the delivery is pruned."""
    note = world.call("Call - CONTACT")
    world.settled()
    destroy_unheard(world, "notes", note)
    look(world)
    assert "No webhook told of its end: missing in Twenty since" in _page(world, note)
    assert "a second read, after the next sweep, will confirm it" in _page(world, note)
    swept_later(world)
    look(world)
    world.floor.ledger("DELETE FROM deliveries WHERE source = 'missing' RETURNING id")
    with snapshot(world.floor.parts.engine) as connection:
        way = record_way(connection, "note", note)
    assert way.missing is not None
    assert way.missing.confirmed_at == way.versions[-1].destroyed_at
    assert [version.brought_by for version in way.versions] == ["webhook", "missing"]
    assert "UTC, confirmed 2026-11-16 14:0" in _page(world, note)
    assert set(RecordWayAnswer().dump(way)["missing"]) == {"missingAt", "confirmedAt"}


def test_no_text_of_a_note_is_in_its_tombstone(world: World) -> None:
    """What is kept of the record is enough for it."""
    note = world.call("Call - CONTACT | 3:05 | Canary Lee")
    world.settled()
    destroy_unheard(world, "notes", note)
    look(world)
    swept_later(world)
    look(world)
    (stone,) = world.floor.ledger("SELECT raw FROM deliveries WHERE source = 'missing'")
    assert b"Canary" not in bytes(stone["raw"])


def _page(world: World, note: str) -> str:
    with snapshot(world.floor.parts.engine) as connection:
        page = way_page(record_way(connection, "note", note))
    console = Console(width=200, highlight=False, color_system=None)
    with console.capture() as captured:
        console.print(page)
    return captured.get()
