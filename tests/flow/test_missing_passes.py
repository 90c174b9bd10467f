"""The passes that compare counts: how many calls, when, and that half a pass is none."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import ceil, log2

import pytest
from floor import JANE
from losing import (
    Between,
    calls_of,
    comparison,
    destroy_unheard,
    look,
    missing,
    put_notes,
    stamp,
    swept_later,
)
from redis import Redis
from world import MONDAY, World

from ledger.comparisons import Comparison, pass_due
from ledger.engine import transaction
from ledger.locks import held_alone
from twenty_client.errors import RateLimited, ServerFault, TwentyError
from twenty_client.request import Request
from worker import comparing
from worker.clock import tick
from worker.missing import missing_due, missing_job
from worker.parts import install
from worker.wake import MISSING, Wake

FIVE_MINUTES = timedelta(minutes=5)


def _again(world: World) -> None:
    """The minute after a failure has gone by."""
    world.floor.ledger("UPDATE comparisons SET not_before_at = NULL RETURNING object")


def test_three_of_two_thousand_are_found_in_few_calls(world: World) -> None:
    """One call where counts agree; for each missing one a call a halving and a page of ids; then one sweep later."""
    notes = put_notes(world, 2000)
    swept_later(world)
    calm = look(world)
    gone = [notes[3], notes[1000], notes[1990]]
    for note in gone:
        destroy_unheard(world, "notes", note)
    swept_later(world, hours=1)
    halvings = ceil(log2(2000 / 200))
    assert look(world) <= calm + 3 * (halvings + 1)
    assert calm == 4
    assert missing(world) == dict.fromkeys(gone, "believed")
    swept_later(world)
    assert look(world) == 1
    assert calls_of(world) == 1997


def test_a_pass_goes_on_where_it_was(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a few calls it lets the worker look at its other queues; what it noted is believed at its end only."""
    monkeypatch.setattr(comparing, "CALLS_IN_A_ROW", 1)
    notes = put_notes(world, 450)
    swept_later(world)
    gone = [notes[0], notes[230], notes[440]]
    for note in gone:
        destroy_unheard(world, "notes", note)
    states = []
    while not states or comparison(world)["up_to_at"]:
        look(world)
        states.append(sorted(set(missing(world).values())))
    assert states == [["noted"], ["noted"], ["believed"]]
    assert missing(world) == dict.fromkeys(gone, "believed")


@pytest.mark.parametrize("error", [RateLimited("Limit reached", status=429), ServerFault("down", status=500)])
def test_an_answer_that_fails_half_way_leaves_nothing_believed(world: World, error: TwentyError) -> None:
    """Whichever call fails, nothing is counted out by it, and the next try a minute later comes to the same end."""
    notes = put_notes(world, 250)
    swept_later(world)
    gone = [notes[10], notes[240]]
    for note in gone:
        destroy_unheard(world, "notes", note)

    def fails(number: int, request: Request) -> None:
        if request.path.endswith("notes") and failing[0] == number:
            raise error

    failing = [0]
    whole = world.floor.parts
    for failing[0] in (1, 2, 3, 4, 3):
        Between(world, fails)
        look(world)
        assert set(missing(world).values()) <= {"noted"}
        with transaction(whole.engine) as connection:
            assert not missing_due(connection, datetime.now(UTC))
            assert missing_due(connection, datetime.now(UTC) + timedelta(minutes=2))
        world.floor.parts = whole
        _again(world)
    look(world)
    assert missing(world) == dict.fromkeys(gone, "believed")


def test_the_job_looks_alone(world: World) -> None:
    """Woken twice at once, one of the two does nothing."""
    world.call("Call - CONTACT")
    world.settled()
    install(world.floor.parts)
    with held_alone(world.floor.parts.engine, "missing"):
        missing_job()
    assert comparison(world)["compared_at"] is None
    missing_job()
    assert comparison(world)["compared_at"] is not None


def test_a_record_created_while_the_pass_runs_is_neither_missing_nor_unseen(world: World) -> None:
    """Counted is only what lies behind the watermark."""
    put_notes(world, 3)
    swept_later(world)
    made = []

    def creates(number: int, request: Request) -> None:
        if not made:
            made.append(world.call("Call - CONTACT"))

    Between(world, creates)
    assert look(world) == 4
    assert missing(world) == {}
    assert world.floor.ledger("SELECT count(*) AS n FROM facts") == [{"n": 3}]


def test_imported_records_of_one_moment_are_read_when_they_can_not_be_halved(world: World) -> None:
    """Three hundred rows with one createdAt, one of them gone and one of them never seen in time."""
    notes = put_notes(world, 300, createdAt=stamp(MONDAY))
    world.settled()
    destroy_unheard(world, "notes", notes[7])
    world.passes(minutes=1)
    put_notes(world, 2, createdAt=stamp(MONDAY))
    look(world)
    assert missing(world) == {notes[7]: "believed"}
    assert calls_of(world) == 302


def test_many_rows_that_the_ledger_never_saw_come_in_portions(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """After so many they are digested first; the pass then finds the rest."""
    monkeypatch.setattr(comparing, "MOST_UNSEEN", 100)
    world.call("Call - CONTACT")
    world.settled()
    put_notes(world, 250)
    look(world)
    assert calls_of(world) in (200, 201)
    for _ in range(12):
        _again(world)
        look(world)
        if not comparison(world)["up_to_at"]:
            break
    assert (calls_of(world), missing(world)) == (251, {})


def test_the_clock_asks_for_a_pass_each_hour_and_after_an_outage(world: World, redis_url: str) -> None:
    """Not before a sweep is digested, then by the watermark, so that the sweep after an outage goes first."""
    due = []

    def asked() -> None:
        due.append(MISSING in tick(world.floor.parts, FIVE_MINUTES))

    wake = Wake(Redis.from_url(redis_url))
    object.__setattr__(world.floor.parts, "wake", wake)
    asked()
    for span in ({"minutes": 1}, {"minutes": 1}, {"minutes": 18}, {"minutes": 25}, {"minutes": 15}):
        swept_later(world, **span)
        asked()
        look(world)
    assert due == [False, True, False, False, True, False]


def test_a_pass_is_due_an_hour_of_twenty_s_time_after_the_last() -> None:
    """None before the first sweep, and one under way always."""
    fresh = Comparison("note", None, None, None, None, None, None, accepted=False)
    compared = Comparison("note", None, None, None, MONDAY, None, None, accepted=False)
    under_way = Comparison("note", MONDAY, None, None, MONDAY, None, None, accepted=False)
    assert not pass_due(fresh, None)
    assert not pass_due(under_way, None)
    assert pass_due(fresh, MONDAY)
    assert pass_due(under_way, MONDAY)
    assert not pass_due(compared, MONDAY + timedelta(minutes=59))
    assert pass_due(compared, MONDAY + timedelta(hours=1))
    assert pass_due(replace(compared, accepted=True), MONDAY)


def test_no_pass_of_one_object_waits_for_the_other(world: World) -> None:
    """When deals can't be read, notes are compared all the same."""
    note = world.call("Call - CONTACT")
    world.settled()
    destroy_unheard(world, "notes", note)

    def refuses(number: int, request: Request) -> None:
        if request.path.endswith(JANE) or request.path.endswith("opportunities"):
            raise ServerFault("down", status=500)

    Between(world, refuses)
    look(world)
    assert missing(world) == {note: "believed"}
