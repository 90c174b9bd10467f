"""The backfill: the whole history in the same ledger, once, whatever else happens and wherever it is cut off."""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from uuid import uuid4

import pytest
from backfilling import LONG_AGO, Killed, awarded, killed_at_page, put_calls, run_backfill
from floor import JANE, JONY
from telling import LEAD
from world import World

from worker.backfill import NothingToDo
from worker.backfill_reading import Progress


def test_two_thousand_notes_are_all_counted(world: World) -> None:
    """200 rows a call and eight calls more (the time, four counts, three other objects); the sweep is short then."""
    put_calls(world, 2_000)
    seen: list[Progress] = []
    found = run_backfill(world, watch=seen.append)
    assert (found.rows, found.came.versions, found.came.xp_paid, found.reps_waiting) == (2_002, 2_000, 40_000, 0)
    assert found.calls == 10 + 8
    assert world.twenty.calls - found.calls in (2, 3)  # the publisher's
    assert (world.standing()["totalCalls"], world.row()["totalXp"]) == (2_000, 40_000)
    assert [(seen[0].rows, seen[0].total), (seen[-1].rows, seen[-1].total)] == [(0, 2_002), (2_002, 2_002)]
    calls = world.twenty.calls
    world.floor.sweep()
    assert world.twenty.calls - calls == 1 + 5
    with pytest.raises(NothingToDo):
        run_backfill(world)
    assert awarded(world) == [{"rep": JANE, "basis": "paid", "xp": 40_000, "count": 6_000}]


def _work(world: World) -> None:
    """Twins, an appointment, a deal that is won, a call that is deleted, and calls of two reps; no webhook comes."""
    lead = world.person()
    world.call("Call - CONTACT | 2:05 | Kim", lead=lead)
    world.call("Call - contact", lead=lead)
    world.call("Call - APPOINTMENT | 0:40 | Kim", lead=lead)
    world.move(world.deal("MEETING", lead=lead), "CUSTOMER")
    world.delete("notes", world.call("Call - BUSY | 0:05 | Kim"))
    for _ in range(4):
        world.call("Call - VOICEMAIL | 0:20 | Kim", rep=JONY)
    world.collect()
    world.passes(minutes=5)


def _at_rest(world: World) -> str:
    """What the ledger and Twenty say when two sweeps have looked."""
    for _ in range(2):
        world.passes(minutes=1)
        world.floor.sweep()
    return world.floor.settled_to_the_byte()


@pytest.fixture
def swept(open_world: Callable[[], World]) -> str:
    """How that work ends without a backfill."""
    world = open_world()
    _work(world)
    return _at_rest(world)


def test_killed_at_every_page_it_ends_the_same(world: World, swept: str, small_pages: None) -> None:
    """Each run dies when it hears its second page: no page is read more than twice, and nothing counts twice."""
    _work(world)
    asked: list[str] = []
    deaths = 0
    while deaths < 20:
        with suppress(Killed), killed_at_page(world, 2, asked):
            found = run_backfill(world)
            break
        deaths += 1
    assert deaths == len(set(asked)) - 1
    assert set(Counter(asked).values()) == {1, 2}
    assert (found.rows, found.reps_waiting) == (2 + 1 + 3 + 8, 0)
    assert _at_rest(world) == swept


@pytest.mark.parametrize("order", ["webhooks and a sweep before", "webhooks after", "a sweep in the middle"])
def test_nothing_is_counted_twice_in_any_order(world: World, swept: str, small_pages: None, order: str) -> None:
    """Webhook, sweep and backfill tell the same rows: the end is that of a sweep alone."""
    _work(world)
    if order == "webhooks and a sweep before":
        world.settled()
        assert run_backfill(world, LONG_AGO).came.versions == 0
    elif order == "webhooks after":
        run_backfill(world)
        world.told()
    else:
        with pytest.raises(Killed), killed_at_page(world, 4, []):
            run_backfill(world)
        world.floor.sweep()
        run_backfill(world, LONG_AGO)
    assert _at_rest(world) == swept


def test_cut_off_between_a_note_and_its_lead_nothing_is_paid_twice(world: World, small_pages: None) -> None:
    """A call's two notes have only their lead in common; sweeps move the watermark before the rest is read."""
    world.settled()
    author = {"source": "MANUAL", "workspaceMemberId": JANE, "name": "", "context": {}}
    for minute, title, body in ((0, "Call - contact", "Duration: 2:05"), (30, "Call - CONTACT | 2:05 | Kim", "")):
        at = f"2026-11-16T10:{minute:02}:00.000Z"
        note = {"id": str(uuid4()), "title": title, "bodyV2": {"markdown": body, "blocknote": None}}
        note |= {"createdBy": author, "createdAt": at, "updatedAt": at}
        world.twenty.put("notes", note)
        world.twenty.put("noteTargets", {"noteId": note["id"], "targetPersonId": LEAD, "updatedAt": at})
    world.passes(minutes=5)
    with pytest.raises(Killed), killed_at_page(world, 4, []):
        run_backfill(world, LONG_AGO)
    _at_rest(world)
    run_backfill(world, LONG_AGO)
    _at_rest(world)
    assert awarded(world) == [{"rep": JANE, "basis": "paid", "xp": 20, "count": 3}]
