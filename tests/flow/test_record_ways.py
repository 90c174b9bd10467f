"""The way of one note or opportunity: what came in, how it was read, what it paid, when Twenty had it."""

import json

import pytest
from floor import JANE, JONY, PHIL, Floor
from rich.console import Console
from world import World

from accounts.errors import UnknownRecord
from accounts.record_way import ObjectName, RecordWay, record_way
from ledger.engine import snapshot
from runtime.explain.way_page import way_page
from runtime.explain.words import moment
from schemas.account import RecordWayAnswer


def _way(floor: Floor, record_id: str, object_name: ObjectName = "note") -> RecordWay:
    with snapshot(floor.parts.engine) as connection:
        return record_way(connection, object_name, record_id)


def _note(floor: Floor, condition: str) -> str:
    (row,) = floor.ledger(f"SELECT key FROM facts WHERE kind = 'call' AND {condition}")
    return str(row["key"]).removeprefix("note:")


@pytest.fixture
def settled(floor: Floor) -> Floor:
    """The recorded day, swept and written."""
    floor.play()
    floor.digest()
    floor.publish()
    floor.sweep()
    return floor


def test_the_notes_of_the_recorded_day(settled: Floor) -> None:
    """A twin is paid as its first note, an edited one by all its versions, a deleted one keeps its XP."""
    twin = _way(settled, _note(settled, f"rep = '{JANE}' AND twin_of IS NOT NULL AND duration_s = 315"))
    assert [kept.fact.key for kept in twin.twins] == [twin.fact and twin.fact.twin_of]
    assert {told.award.cause for told in twin.awards} == {twin.twins[0].fact.key}
    (version,) = twin.versions
    assert (version.brought_by, version.swept_at is None) == ("webhook", False)
    assert _way(settled, twin.twins[0].fact.key.removeprefix("note:")).awards == twin.awards

    edited = _way(settled, _note(settled, f"rep = '{PHIL}' AND disposition = 'CALLBACK' AND duration_s = 59"))
    readings = [(version.content["disposition"], version.content["duration_s"]) for version in edited.versions]
    assert readings == [("CONTACT", 29), ("CALLBACK", 59)]
    assert sorted(told.award.reason for told in edited.awards) == ["connect", "dial"]

    deleted = _way(settled, _note(settled, f"rep = '{JONY}' AND NOT live AND duration_s = 4500"))
    assert [version.deleted_at is None for version in deleted.versions] == [True, False]
    assert sum(told.award.amount for told in deleted.awards) == 20


def test_a_parked_note_says_why(settled: Floor) -> None:
    """Nobody's note: parked deliveries with the reason, whom to map, and no award."""
    way = _way(settled, _note(settled, "rep IS NULL"))
    assert {told.reason for told in way.deliveries if told.state == "parked"} == {
        "unattributed: nobody knows whose this is"
    }
    assert (way.rep, way.awards, way.write) == (None, (), None)
    assert way.fact is not None
    assert way.fact.fact.rep_hint == "worker-key"


def test_nothing_of_a_note_is_told_but_its_reading(settled: Floor) -> None:
    """No title, no name out of a title, no body: those stay in the delivery's bytes."""
    told = json.dumps([RecordWayAnswer().dump(_way(settled, _note(settled, f"rep = '{JANE}' AND duration_s = 190")))])
    assert "CONTACT" in told
    assert "Call to" not in told
    assert "title" not in json.loads(told)[0]["versions"][0]["content"]


def test_an_opportunity_s_way(settled: Floor) -> None:
    """Roof A of Jane: appointment and deal, and the versions that reached each stage."""
    (row,) = settled.ledger(f"SELECT key FROM facts WHERE kind = 'opportunity' AND rep = '{JANE}' AND won_now")
    way = _way(settled, row["key"].removeprefix("opportunity:"), "opportunity")
    assert sorted((told.award.reason, told.award.amount) for told in way.awards) == [("1", 100), ("deal", 300)]
    assert way.versions[-1].content["stage"] == "CUSTOMER"
    assert way.write is not None
    assert way.write.fields["totalXp"] == 765


def test_the_way_names_transport_and_first_write(world: World) -> None:
    """A webhook brings the note and the first write carries it; a lost edit is brought by the sweep."""
    lead = world.person()
    note = world.call("Call - CONTACT | 2:05 | Kim", lead=lead)
    world.told()
    world.call("Call - NO_ANSWER | 0:40 | Kim")
    world.told()
    world.edit(note, "Call - CONTACT | 0:12 | Kim")
    world.collect()
    world.mail.clear()
    world.passes(minutes=1)
    world.floor.sweep()
    way = _way(world.floor, note)
    assert [version.brought_by for version in way.versions] == ["webhook", "sweep"]
    assert [target.content["person_id"] for target in way.targets] == [lead]
    assert way.write is not None
    assert (way.write.sequence, way.write.fields["totalXp"]) == (1, 20)
    assert [row.action for row in way.audit_log] == ["edited"]


def test_what_is_not_in_twenty_yet_says_so(world: World) -> None:
    """Digested and paid, but not published: the awards are there, the write is not."""
    world.call("Call - NO_ANSWER | 0:40 | Kim")
    world.told()
    note = world.call("Call - CONTACT | 2:05 | Kim")
    world.deliver_all()
    way = _way(world.floor, note)
    assert sum(told.award.amount for told in way.awards) == 20
    assert {told.award.published_at for told in way.awards} == {None}
    assert way.write is None


def test_an_award_that_twenty_has_not_got_is_not_said_to_be_there(world: World) -> None:
    """A note is corrected: its first award is written, the others wait; then the last write and its time are told."""
    note = world.call("Call - NO_ANSWER | 0:40 | Kim")
    world.told()
    world.floor.sweep()
    world.passes(minutes=1)
    world.edit(note, "Call - CONTACT | 2:05 | Kim")
    world.deliver_all()
    way = _way(world.floor, note)
    (told,) = [line for line in _page(way) if "in Twenty" in line]
    assert (way.write, len(way.awards)) == (None, 3)
    assert told.startswith("1 of 3 awards are in Twenty, the last at ")
    world.floor.publish()
    way = _way(world.floor, note)
    assert way.write is not None
    assert way.write.fields["totalXp"] == 20
    (told,) = [line for line in _page(way) if "in Twenty" in line]
    last = max(each.award.published_at for each in way.awards if each.award.published_at)
    assert told.startswith(f"Its XP is in Twenty since {moment(last)} UTC with write {way.write.sequence} at")


def _page(way: RecordWay) -> list[str]:
    console = Console(width=120, highlight=False, color_system=None)
    with console.capture() as captured:
        console.print(way_page(way))
    return captured.get().splitlines()


def test_an_id_that_never_came_in_is_unknown(world: World) -> None:
    """The error names what was looked for."""
    with pytest.raises(UnknownRecord, match="no note with the id 'nothing'"):
        _way(world.floor, "nothing")
