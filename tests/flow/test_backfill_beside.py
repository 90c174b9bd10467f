"""A backfill beside all else: sweeps, the clock, the digest, a Twenty that refuses, another backfill."""

import json
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from backfilling import LONG_AGO, Killed, killed_at_page, put_calls, run_backfill
from floor import JANE
from losing import put_notes, stamp
from world import MONDAY, World

from ledger.engine import transaction
from ledger.inbox import count_by_state
from ledger.locks import held_alone
from sandbox.twenty import SandboxTwenty
from sandbox.twenty.faults import ApiFault, Faults
from sandbox.twenty.versions import OLDER
from twenty_client.client import TwentyClient
from twenty_client.errors import RateLimited, ServerFault, TwentyError
from twenty_client.reply import Reply
from twenty_client.request import Request
from twenty_client.urgency import Urgency
from worker import backfill_reading
from worker.backfill import NothingToDo, NotNow, read_again
from worker.backfill_reading import Progress
from worker.clock import tick
from worker.sweep import sweep
from worker.sweep_now import BackfillFirst, sweep_now
from worker.wake import SWEEP

FIVE_MINUTES = timedelta(minutes=5)


class _Unpaced:
    """Stands for the pacer and the gate: a token is always free, and no failure pauses anybody."""

    def __init__(self) -> None:
        self.urgencies = Counter[Urgency]()

    def announce(self, urgency: Urgency, wait_s: float) -> None:
        pass

    def acquire(self, max_wait_s: float, urgency: Urgency) -> None:
        self.urgencies[urgency] += 1

    def learn(self, **told: Any) -> None: ...

    def left(self) -> float:
        return 1.0

    def share(self) -> int:
        return 80

    def check(self) -> None: ...

    def report(self, error: TwentyError) -> None: ...

    def report_success(self) -> None: ...


@pytest.fixture
def unpaced(world: World) -> _Unpaced:
    """The world's client lets every call through at once."""
    journal = _Unpaced()
    twenty = TwentyClient(world.twenty.url, "a-key-of-the-tests", pacer=journal, gate=journal)
    world.floor.parts = replace(world.floor.parts, twenty=twenty)
    return journal


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that it waits, which take no time."""
    waited: list[float] = []
    monkeypatch.setattr(backfill_reading, "sleep", waited.append)
    monkeypatch.setattr(backfill_reading, "monotonic", lambda: sum(waited))
    return waited


def _watermark(world: World) -> datetime:
    (row,) = world.floor.ledger("SELECT watermark_at FROM sweep_state")
    found: datetime = row["watermark_at"]
    return found


def test_the_watermark_stands_while_it_reads(world: World, small_pages: None) -> None:
    """Sweeps go on beside it, each from its own cursor; what they bring is settled when all of the history is there."""
    world.settled()
    put_calls(world, 7)
    stood: list[datetime] = []

    def meanwhile(progress: Progress) -> None:
        world.passes(minutes=1)
        sweep(world.floor.parts)
        world.floor.digest()
        stood.append(_watermark(world))

    before = _watermark(world)
    run_backfill(world, LONG_AGO, meanwhile)
    assert len(stood) > 5
    assert set(stood) == {before}
    assert _watermark(world) > before


def test_the_first_sweep_waits_for_a_backfill_that_was_before_it(world: World) -> None:
    """The clock wakes it when the backfill has ended: then it reads what changed since."""
    put_calls(world, 3)
    woken: list[bool] = []

    def meanwhile(progress: Progress) -> None:
        woken.append(SWEEP in tick(world.floor.parts, FIVE_MINUTES))

    assert SWEEP in tick(world.floor.parts, FIVE_MINUTES)
    run_backfill(world, watch=meanwhile)
    assert not any(woken)
    asked = "SELECT cursor_at, (SELECT count(*) FROM sweep_requests) AS asked FROM sweep_state"
    assert world.floor.ledger(asked) == [{"cursor_at": world.now() - timedelta(minutes=2), "asked": 1}]


def test_no_first_sweep_takes_the_place_of_a_bounded_one_that_was_cut_off(world: World, small_pages: None) -> None:
    """It would read the whole history, which can't be taken back; once the backfill is done sweeps go on from it."""
    put_calls(world, 9)
    with pytest.raises(Killed), killed_at_page(world, 2, []):
        run_backfill(world, LONG_AGO)
    assert SWEEP not in tick(world.floor.parts, FIVE_MINUTES)
    with pytest.raises(BackfillFirst, match=str(LONG_AGO)):
        sweep_now(world.floor.parts)
    run_backfill(world, LONG_AGO)
    world.passes(minutes=1)
    assert sum(sweep_now(world.floor.parts).new.values()) == 0


def test_read_again_a_bounded_history_stays_bounded(world: World) -> None:
    """A rebuild from Twenty pays no call of before that day; the whole is read by a backfill alone."""
    put_notes(world, 4, createdAt=stamp(MONDAY - timedelta(days=400)))
    put_calls(world, 3)
    run_backfill(world, LONG_AGO)
    world.settled()
    assert read_again(world.floor.parts, lambda progress: None) >= 3
    world.settled()
    assert world.standing()["totalCalls"] == 3
    run_backfill(world)
    world.settled()
    assert world.standing()["totalCalls"] == 7


def test_what_only_sweeps_read_is_not_passed_over_by_it(world: World) -> None:
    """Nobody swept while somebody lowered a row: the sweep after the backfill still sees it."""
    world.call("Call - CONTACT | 2:05 | Kim")
    run_backfill(world, LONG_AGO)
    world.settled()
    (row,) = world.twenty.rows("repProgressions")
    world.passes(minutes=30)
    world.twenty.put("repProgressions", {"id": row["id"], "totalXp": 1})
    world.passes(minutes=30)
    run_backfill(world)
    world.settled()
    assert world.row()["totalXp"] == row["totalXp"]


def test_a_first_sweep_that_is_under_way_reads_it_all(world: World) -> None:
    """There is nothing to do for a backfill then."""
    with held_alone(world.floor.parts.engine, "sweep"), pytest.raises(NothingToDo, match="first sweep"):
        run_backfill(world)


def test_a_first_sweep_that_was_cut_off_is_finished_by_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next sweep reads what changed since the backfill, and not what the first one had left."""
    put_calls(world, 3)
    twenty = world.floor.parts.twenty
    send = twenty.send

    def failing(request: Request) -> Reply:
        if request.path.endswith("/notes"):
            raise ServerFault("down", status=502, request_line=request.line)
        return send(request)

    with monkeypatch.context() as patch:
        patch.setattr(twenty, "send", failing)
        with pytest.raises(ServerFault):
            sweep(world.floor.parts)
    assert world.floor.ledger("SELECT object FROM sweep_state WHERE began_at IS NOT NULL") == [{"object": "notes"}]
    assert run_backfill(world).rows == 5
    assert sweep(world.floor.parts)["notes"] == 0


def test_the_inbox_does_not_grow_ahead_of_the_digest(
    world: World, small_pages: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No page is read while more than the bound waits; where no worker runs the backfill digests by itself."""
    monkeypatch.setattr(backfill_reading, "MOST_PENDING", 6)
    put_calls(world, 40)
    waiting: list[int] = []

    def look(progress: Progress) -> None:
        with transaction(world.floor.parts.engine) as connection:
            waiting.append(count_by_state(connection, ["sweep"]).get("pending", 0))

    run_backfill(world, watch=look)
    assert 6 < max(waiting) <= 6 + 3
    assert world.standing()["totalCalls"] == 40


def test_what_twenty_refuses_for_a_while_is_waited_for(
    world: World, small_pages: None, unpaced: _Unpaced, waits: list[float]
) -> None:
    """Half of the calls are refused for rate: every row comes once, and what it waits for is told."""
    put_calls(world, 40)
    told: list[str] = []

    def watch(progress: Progress) -> None:
        if not told:
            world.twenty.faults.set(Faults(seed=4, api=(ApiFault(kind="429", share=0.5, plural="notes"),)))
        told.append(progress.waits_for)

    found = run_backfill(world, watch=watch)
    assert found.rows == 42
    assert world.standing()["totalCalls"] == 40
    assert waits == [5.0] * len([each for each in told if "429" in each])
    assert len(waits) > 3
    assert unpaced.urgencies[Urgency.BACKFILL] == found.calls


def test_refused_for_rate_at_its_very_beginning_it_waits_too(
    world: World, unpaced: _Unpaced, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Others may have used up the minute's calls just now; a Twenty that is away is told at once."""
    put_calls(world, 3)
    world.twenty.faults.set(Faults(seed=3, api=(ApiFault(kind="429", share=0.6),)))
    assert run_backfill(world, LONG_AGO).rows == 5
    assert waits
    world.twenty.faults.set(Faults(api=(ApiFault(kind="500", share=1.0),)))
    with pytest.raises(ServerFault):
        run_backfill(world, LONG_AGO)


def test_a_twenty_that_stays_away_ends_it_and_the_next_run_goes_on(
    world: World, small_pages: None, unpaced: _Unpaced, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """When nothing was stored for too long the error is told; what was stored is not read again."""
    monkeypatch.setattr(backfill_reading, "PATIENCE_S", 20.0)
    put_calls(world, 9)

    def watch(progress: Progress) -> None:
        refused = ApiFault(kind="429", share=1.0 if progress.rows > 6 else 0.0)
        world.twenty.faults.set(Faults(api=(refused,)))

    with pytest.raises(RateLimited):
        run_backfill(world, watch=watch)
    assert sum(waits) == 20.0
    world.twenty.faults.set(Faults())
    (stands,) = world.floor.ledger("SELECT object, rows FROM backfill_state")
    assert stands == {"object": "notes", "rows": 2 + 6}
    calls = world.twenty.calls
    assert run_backfill(world).rows == 11
    assert world.twenty.calls - calls == 4 + 1 + 2  # counts, the last page, the publisher's


def test_an_older_twenty_gives_sixty_rows_a_page(world: World, unpaced: _Unpaced) -> None:
    """The paging follows what comes."""
    older = SandboxTwenty("a-key-of-the-tests", clock=world.floor.time.clock(), tokens=None, ways=OLDER)
    author = {"source": "MANUAL", "workspaceMemberId": JANE, "name": "", "context": {}}
    for _ in range(130):
        older.put("notes", {"title": "Call - CONTACT | 2:05 | Kim", "createdBy": author})
    older.start()
    seen: list[Progress] = []
    try:
        twenty = TwentyClient(older.url, "a-key-of-the-tests", pacer=unpaced, gate=unpaced)
        world.floor.parts = replace(world.floor.parts, twenty=twenty)
        found = run_backfill(world, watch=seen.append)
    finally:
        older.stop()
    assert (found.rows, found.calls, seen[-1].page_rows) == (130, 1 + 4 + 3 + 3, 60)
    assert world.standing()["totalCalls"] == 130


def test_one_backfill_at_a_time(world: World) -> None:
    """Another one says so, and calls nobody."""
    calls = world.twenty.calls
    with held_alone(world.floor.parts.engine, "backfill"), pytest.raises(NotNow, match="Another backfill"):
        run_backfill(world)
    assert world.twenty.calls == calls


def test_its_rows_can_be_told_from_those_of_a_sweep(world: World) -> None:
    """They say that no webhook was due, so that none counts as lost."""
    put_calls(world, 2)
    run_backfill(world)
    put_calls(world, 3)
    world.floor.sweep()
    told = [json.loads(bytes(row["raw"])) for row in world.floor.ledger("SELECT raw FROM deliveries ORDER BY id")]
    assert [each["metered"] for each in told] == [False] * 4 + [True] * 3
