"""Clock: wakes work that waits and that nobody holds, ticks the sweep, and lets time pass for standings."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import structlog
from redis.exceptions import RedisError
from rq.registry import clean_registries
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from accounts.rep_board import refresh_board
from ledger.backfill_state import backfill_runs, bounded_before_sweeps
from ledger.delivery_totals import fold_moves
from ledger.dirty import dirty_reps, mark_dirty_by_time
from ledger.engine import transaction
from ledger.errors import LedgerUnavailable
from ledger.fault_points import reached
from ledger.inbox import pending_unheld, wake_retries
from ledger.locks import is_held
from ledger.losses import losses_since
from ledger.redhawk_history import history_due, history_state
from ledger.sweep_state import ANSWERS_AFTER, SweepState, remember_interval, sweep_progress
from worker.audit_runs import AUDITOR, audit_due
from worker.digest import DIGESTER
from worker.loss_metering import meter_losses
from worker.missing import LOOKER, missing_due
from worker.outages import note_silence
from worker.parts import Parts
from worker.pruning import prune_some
from worker.publish import PUBLISHER
from worker.redhawk_history import POLLER
from worker.sweep import SWEEPER
from worker.sweep_timing import QUICKEST, decide_interval
from worker.wake import AUDIT, DIGEST, JOBS, MISSING, PUBLISH, REDHAWK_HISTORY, SWEEP
from worker.watermark import move_watermark

log = structlog.get_logger()
TICK_S = 1.0
CLEAN_EVERY_S = 5.0
SWEEPS_APART = timedelta(seconds=15)
LATELY = timedelta(hours=1)
MOST_RETRIES = 200  # default
ALONE = {
    DIGEST: DIGESTER,
    PUBLISH: PUBLISHER,
    SWEEP: SWEEPER,
    REDHAWK_HISTORY: POLLER,
    MISSING: LOOKER,
    AUDIT: AUDITOR,
}
DEAD_AFTER = timedelta(seconds=2)  # so that one that dies at once is not begun again all the time


def run_clock(parts: Parts, sweep_interval: timedelta, retention: timedelta, stopped: Callable[[], bool]) -> None:
    """Ticks until stopped, and empties deliveries older than `retention`; a store that is away is waited for."""
    cleaned, away = 0.0, False
    while not stopped():
        try:
            note_silence(parts, away=away)
            tick(parts, sweep_interval)
            parts.wake.beat()
            away = False
            if time.monotonic() - cleaned > CLEAN_EVERY_S:
                _clean(parts)
                prune_some(parts, retention)
                _make_board(parts)
                cleaned = time.monotonic()
        except (LedgerUnavailable, SQLAlchemyError, RedisError) as error:
            away = True
            log.warning("clock waits for a store", error=type(error).__name__)
        time.sleep(TICK_S)


def tick(parts: Parts, sweep_interval: timedelta) -> list[str]:
    """Wakes what is due and returns the names of the jobs woken.

    Nobody is woken beside who holds the job's lock: that process looks once more when it has let go of it, or the next
    tick finds what is left, and a job in line that can do nothing would look as if somebody wanted a worker.
    """
    move_watermark(parts)
    meter_losses(parts)
    state, interval = _interval(parts, sweep_interval)
    with transaction(parts.engine) as connection:
        mark_dirty_by_time(connection, parts.now())
        wake_retries(connection, MOST_RETRIES)
        now = datetime.now(UTC)
        due = {
            DIGEST: pending_unheld(connection),
            PUBLISH: bool(dirty_reps(connection, 1)),
            SWEEP: _sweep_due(connection, state, now, interval),
            REDHAWK_HISTORY: parts.redhawk is not None and history_due(history_state(connection), now, sweep_interval),
            MISSING: missing_due(connection, now),
            AUDIT: audit_due(connection, now, parts.rules.time_zone),
        }
        woken = [job for job, is_due in due.items() if is_due and not is_held(connection, ALONE[job])]
    reached("clock.due_read")
    for job in woken:
        parts.wake.surely(job)
    reached("clock.woken")
    return woken


def _interval(parts: Parts, configured: timedelta) -> tuple[SweepState, timedelta]:
    """Where the sweep stands, and how often it is due now; a change is kept for those who look."""
    budget_left = parts.twenty.budget_left()
    with transaction(parts.engine) as connection:
        state = sweep_progress(connection)
        decided = decide_interval(configured, losses_since(connection, LATELY), budget_left, datetime.now(UTC))
        if (state.interval, state.interval_reason) != (decided.length, decided.reason):
            remember_interval(connection, decided.length, decided.reason)
    return state, decided.length


def _sweep_due(connection: Connection, state: SweepState, now: datetime, interval: timedelta) -> bool:
    """A backfill before the first sweep reads what that would read, and leaves it the rest.

    One that is bounded does so also when it was cut off: until it is done nothing is swept.
    """
    if state.cursor_at is None and (backfill_runs(connection) or bounded_before_sweeps(connection)):
        return False
    return sweep_due(state, now, interval) or died(state, now)


def sweep_due(state: SweepState, now: datetime, interval: timedelta) -> bool:
    """At the first start, after an outage, when asked for, when the last one is old; and never two within 15 s.

    What asked for it must lie behind the watermark that the sweep will set, 10 s before its start. One that began
    before an outage ended has not seen what changed meanwhile; where outages come one after the other, a sweep a
    minute is enough. One that fails though Twenty answers is put off longer each time.
    """
    if state.started_at is not None and now - state.started_at < SWEEPS_APART:
        return False
    if state.put_off_until is not None and now < state.put_off_until:
        return False
    asked = state.requested_at is not None and now - state.requested_at >= ANSWERS_AFTER
    return asked or _missed_something(state, now) or state.finished_at is None or now - state.finished_at >= interval


def _missed_something(state: SweepState, now: datetime) -> bool:
    if state.outage_at is None or state.fresh_at is None:
        return False
    return state.fresh_at <= state.outage_at and now - state.fresh_at >= QUICKEST


def died(state: SweepState, now: datetime) -> bool:
    """Whether a sweep, if nobody is at it, was killed: it is neither finished nor was it put off."""
    if state.started_at is None or (state.finished_at is not None and state.finished_at >= state.started_at):
        return False
    was_put_off = state.put_off_at is not None and state.put_off_at >= state.started_at
    return not was_put_off and now - state.started_at >= DEAD_AFTER


def _clean(parts: Parts) -> None:
    """RQ notices jobs of killed workers only when somebody looks; totals are quick to read once moves are folded."""
    with transaction(parts.engine) as connection:
        fold_moves(connection)
    for job in JOBS:
        clean_registries(parts.wake.queue(job))


def _make_board(parts: Parts) -> None:
    """A board that can't be made is an older board, and no outage: what the tick needs is there."""
    try:
        refresh_board(parts.engine, parts.rules, parts.now())
    except (LedgerUnavailable, SQLAlchemyError) as error:
        log.warning("board not made", error=type(error).__name__)
