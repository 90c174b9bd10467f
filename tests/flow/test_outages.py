"""After an outage a sweep is due at once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from floor import Floor
from redis import Redis

from ledger.engine import transaction
from ledger.errors import LedgerUnavailable
from ledger.sweep_state import SweepState, sweep_progress
from sandbox.twenty.faults import ApiFault, Faults
from twenty_client.errors import (
    BudgetSpent,
    Paused,
    RateLimited,
    ServerFault,
    TimedOut,
    TwentyError,
    Unauthorized,
    Unreachable,
    ValidationFailed,
)
from worker import clock, publish
from worker import sweep as sweeping
from worker.clock import run_clock, sweep_due, tick
from worker.outages import note_failure
from worker.parts import Parts, install
from worker.sweep import sweep
from worker.wake import SWEEP, Wake

FIVE_MINUTES = timedelta(minutes=5)
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.fixture
def woken(floor: Floor, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Wake:
    """Real queues, and a clock that does not sleep."""
    monkeypatch.setattr(clock, "TICK_S", 0.0)
    wake = Wake(Redis.from_url(redis_url))
    floor.parts = replace(floor.parts, wake=wake)
    return wake


def _run_rounds(floor: Floor, rounds: int) -> None:
    """The clock ticks so often."""
    left = iter([False] * rounds)
    run_clock(floor.parts, FIVE_MINUTES, timedelta(days=90), lambda: next(left, True))


def _outage(floor: Floor) -> bool:
    return floor.ledger("SELECT outage_at IS NOT NULL AS noted FROM sweep_state") == [{"noted": True}]


def test_a_board_that_can_not_be_made_is_no_outage(floor: Floor, woken: Wake, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the console shows is older then; a sweep for what an outage swallowed is not asked for."""

    def cut_off(*_: object) -> None:
        raise LedgerUnavailable("cut off")

    monkeypatch.setattr(clock, "CLEAN_EVERY_S", -1.0)
    monkeypatch.setattr(clock, "refresh_board", cut_off)
    woken.beat()
    _run_rounds(floor, 3)
    assert not _outage(floor)


@pytest.mark.parametrize(
    ("fresh_s_ago", "outage_s_ago", "started_s_ago", "due"),
    [
        (100, 10, 98, True),
        (100, 110, 98, False),
        (100, None, 98, False),
        (None, 10, 98, False),
        (100, 10, 14, False),
        (59, 10, 58, False),
        (60, 10, 58, True),
    ],
)
def test_when_a_sweep_is_due_after_an_outage(
    fresh_s_ago: int | None, outage_s_ago: int | None, started_s_ago: int, due: bool
) -> None:
    """When none began since; a sweep a minute at most, and never two starts within 15 s."""

    def ago(seconds: int | None) -> datetime | None:
        return None if seconds is None else NOW - timedelta(seconds=seconds)

    state = SweepState(
        None, ago(started_s_ago), ago(40), None, None, fresh_at=ago(fresh_s_ago), outage_at=ago(outage_s_ago)
    )
    assert sweep_due(state, NOW, FIVE_MINUTES) is due


@pytest.mark.parametrize(
    ("error", "noted"),
    [
        (Unreachable("gone"), True),
        (TimedOut("no answer"), True),
        (ServerFault("down", status=502), True),
        (ServerFault("Data validation error.", status=500), False),
        (RateLimited("too many"), False),
        (BudgetSpent(3), False),
        (Paused(5), False),
        (Unauthorized("no", status=401), False),
        (ValidationFailed("no", status=400), False),
    ],
)
def test_only_a_twenty_that_is_away_is_an_outage(floor: Floor, error: TwentyError, noted: bool) -> None:
    """A budget that is spent must not cause more calls, nor a key that is refused, nor one row."""
    note_failure(floor.parts, error)
    assert _outage(floor) is noted


@pytest.mark.parametrize("job", [sweeping.sweep_job, publish.publish_job])
def test_jobs_note_that_twenty_was_away(floor: Floor, job: Callable[[], None]) -> None:
    """Whoever meets it first, sweep or publisher."""
    floor.play()
    floor.digest()
    floor.twenty.stop()
    install(floor.parts)
    job()
    assert _outage(floor)


def test_a_clock_that_was_silent_notes_an_outage(floor: Floor, woken: Wake, redis_url: str) -> None:
    """Nobody ticked for half a minute: this machine was off. A clock that ticks each second notes none."""
    woken.beat()
    _run_rounds(floor, 2)
    assert not _outage(floor)
    Redis.from_url(redis_url).set("repsync:clock", (datetime.now(UTC) - timedelta(seconds=31)).isoformat())
    _run_rounds(floor, 1)
    assert _outage(floor)


def test_a_store_that_was_away_is_an_outage(floor: Floor, woken: Wake, monkeypatch: pytest.MonkeyPatch) -> None:
    """However short: the receiver turned webhooks away meanwhile. Noted once the store is back."""
    woken.beat()
    failures = [LedgerUnavailable("OperationalError")]

    def unsteady(parts: Parts, interval: timedelta) -> list[str]:
        if failures:
            raise failures.pop()
        return tick(parts, interval)

    monkeypatch.setattr(clock, "tick", unsteady)
    _run_rounds(floor, 1)
    assert not _outage(floor)
    failures.append(LedgerUnavailable("OperationalError"))
    _run_rounds(floor, 2)
    assert _outage(floor)


@pytest.fixture
def cut_off(floor: Floor, redis_url: str) -> Floor:
    """A floor whose last sweep, a minute ago, ended at its notes as Twenty went away; now Twenty is back."""
    sweep(floor.parts)
    floor.twenty.faults.set(Faults(api=(ApiFault(kind="500", share=1, plural="notes"),)))
    with pytest.raises(ServerFault):
        sweep(floor.parts)
    _write(floor, "UPDATE sweep_state SET fresh_at = now() - interval '1 minute'")
    note_failure(floor.parts, Unreachable("gone"))
    floor.twenty.faults.set(Faults())
    Redis.from_url(redis_url).flushall()
    return floor


def test_a_sweep_that_went_on_after_an_outage_is_followed_by_a_fresh_one(cut_off: Floor) -> None:
    """What changed behind the pages that were read before the outage is still to be seen."""
    sweep(cut_off.parts)
    assert _due_in(cut_off, minutes=2)
    sweep(cut_off.parts)
    assert not _due_in(cut_off, minutes=2)


def test_a_sweep_that_went_on_does_not_answer_what_was_asked_meanwhile(cut_off: Floor) -> None:
    """Its watermark is that of its beginning: only a fresh one answers."""
    _write(cut_off, "INSERT INTO sweep_requests (at) VALUES (now() - interval '20 s')")
    asked = "SELECT count(*) > 0 AS asked FROM sweep_requests"
    sweep(cut_off.parts)
    assert cut_off.ledger(asked) == [{"asked": True}]
    sweep(cut_off.parts)
    assert cut_off.ledger(asked) == [{"asked": False}]


def _write(floor: Floor, statement: str) -> None:
    with transaction(floor.parts.engine) as connection:
        connection.exec_driver_sql(statement)


def _due_in(floor: Floor, minutes: int) -> bool:
    """Whether a sweep is due by then already, and not only after the interval."""
    with transaction(floor.parts.engine) as connection:
        return sweep_due(sweep_progress(connection), datetime.now(UTC) + timedelta(minutes=minutes), FIVE_MINUTES)


def test_the_clock_keeps_the_interval_with_its_reason(floor: Floor, woken: Wake) -> None:
    """Written when it changes; with losses a sweep is due after a minute."""
    sweep(floor.parts)
    tick(floor.parts, FIVE_MINUTES)
    with transaction(floor.parts.engine) as connection:
        state = sweep_progress(connection)
    assert (state.interval, state.interval_reason) == (FIVE_MINUTES, "no webhook was lost lately")
    _write(floor, "INSERT INTO losses VALUES (date_trunc('hour', now()), 'note', 3, 1, now())")
    _write(floor, "UPDATE sweep_state SET started_at = now() - interval '62 s', finished_at = now() - interval '61 s'")
    assert SWEEP in tick(floor.parts, FIVE_MINUTES)
    with transaction(floor.parts.engine) as connection:
        state = sweep_progress(connection)
    assert state.interval == timedelta(minutes=1)
    assert (state.interval_reason or "").startswith("webhooks told 3 of 4 changes since ")
