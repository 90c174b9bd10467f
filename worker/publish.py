"""Publish: brings the rows of dirty reps in Twenty up to their standing, up to 60 reps with one read and one write."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from math import ceil

import sentry_sdk
import structlog
from sqlalchemy import Connection

from ledger.dirty import count_dirty, dirty_reps
from ledger.engine import connected, transaction
from ledger.fault_points import reached
from ledger.locks import Hold, held_alone
from ledger.published import put_off_publishing, recheck
from ledger.rep_rows import give_way, known_row_ids, refused_reps
from programs.progression.rep_rows import RepRows
from twenty_client.errors import PermanentError, TransientError
from worker.failures import place, told_without_data
from worker.ledger_trouble import whose_trouble
from worker.linger import MOST_REPS, linger
from worker.outages import note_failure
from worker.parts import Parts, installed_parts
from worker.planning import PlannedWrite, plan_rep, remember
from worker.rows import RowSource
from worker.turns import Turn
from worker.wake import PUBLISH
from worker.work_log import measured
from worker.writing import RECHECK, refuse_row, write

log = structlog.get_logger()
PUBLISHER = "publish"
PUT_OFF = timedelta(minutes=1)
MOST_READS = 3
PATIENCE_S = 60.0
LOOK_AGAIN_S = 0.2


def publish_job() -> None:
    """RQ's entry: one publisher at a time; what Twenty can't take now stays dirty for the clock.

    Who got dirty while it let go of the lock woke a publisher in vain, so it looks once more. When its turn is over
    it wakes the next.
    """
    parts = installed_parts()
    with told_without_data(), _putting_off(parts):
        turn = Turn(parts.wake)
        while _published(parts, turn) and _waits(parts):
            if turn.is_over:
                parts.wake(PUBLISH)
                return


def _published(parts: Parts, turn: Turn) -> bool:
    """Publishes until nobody comes or the turn is over; False if another process does, or if all left lost a race."""
    with held_alone(parts.engine, PUBLISHER) as held:
        if not held:
            return False
        with parts.wake.attended(PUBLISH):
            began_s = time.monotonic()
            while _comes(parts, turn, held, began_s):
                began_s = time.monotonic()
                if not held.lasts() or not publish_batch(parts):
                    return False
                if turn.is_over:
                    break
    return True


def _comes(parts: Parts, turn: Turn, held: Hold, began_s: float) -> bool:
    """Waits for the next round, since `began_s`, when the last one began; False if it is for another process.

    While nobody waits, a forced sync may publish.
    """
    while not linger(parts, turn, began_s):
        with held.lent():
            more = turn.more(lambda: _waits(parts))
        if not more or not held.lasts():
            return False
        began_s = time.monotonic()
    return True


def publish_waiting(parts: Parts) -> None:
    """Publishes those who wait now; while a worker does that, lets it, for a minute at most.

    What Twenty can't take now stays dirty for the clock.
    """
    deadline_s = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline_s:
        with held_alone(parts.engine, PUBLISHER) as held, _putting_off(parts):
            if held:
                _publish_those_who_wait(parts)
        if held:
            return
        time.sleep(LOOK_AGAIN_S)


def _publish_those_who_wait(parts: Parts) -> None:
    """In as many batches as that takes, though others get dirty meanwhile."""
    with transaction(parts.engine) as connection:
        waiting = count_dirty(connection)
    for _ in range(ceil(waiting / MOST_REPS)):
        publish_batch(parts)


@contextmanager
def _putting_off(parts: Parts) -> Iterator[None]:
    try:
        yield
    except TransientError as error:
        note_failure(parts, error)
        log.warning("publishing put off", error=type(error).__name__)
    except PermanentError as error:
        put_off(parts, error)


def _waits(parts: Parts) -> bool:
    with transaction(parts.engine) as connection:
        return bool(dirty_reps(connection, 1))


def put_off(parts: Parts, error: PermanentError) -> None:
    """Twenty can't take rows as it is set up now: somebody must mend that, so a try a minute is enough."""
    with transaction(parts.engine) as connection:
        put_off_publishing(connection, str(error), PUT_OFF)
    log.error("publishing put off", error=type(error).__name__, reason=str(error))


def publish_batch(parts: Parts) -> int:
    """Publishes up to 60 dirty reps and returns how many are done with. Errors: those of `twenty_client.errors`."""
    with transaction(parts.engine) as connection:
        reps = dirty_reps(connection, MOST_REPS)
    reached("publish.dirty_read")
    return len(reps) - len(publish_reps(parts, reps)) if reps else 0


def publish_reps(parts: Parts, reps: Mapping[str, int]) -> list[str]:
    """Publishes these reps (at most 60), given with their dirty numbers; for whoever holds the publisher's lock.

    Returns those whose row somebody else changed each time between our read and our write: they stay dirty. A row
    that Twenty refuses is remembered as refused. Errors: those of `twenty_client.errors`.
    """
    source, waiting = RowSource(parts.twenty), dict(reps)
    for _ in range(MOST_READS):
        lost = _publish_once(parts, source, waiting)
        waiting = {plan.rep: plan.dirty for plan in lost}
        if not lost:
            return []
    _give_way(parts, lost)
    return list(waiting)


def _publish_once(parts: Parts, source: RowSource, reps: Mapping[str, int]) -> list[PlannedWrite]:
    """Reads, plans and writes; returns what lost a race."""
    with measured() as work:
        with transaction(parts.engine) as connection:
            known_ids = known_row_ids(connection, reps)
        rows = source.read(list(reps), known_ids)
        reached("publish.rows_read")
        with connected(parts.engine) as connection:
            plans = [_planned(parts, rep, dirty, rows[rep], source, connection) for rep, dirty in reps.items()]
        planned = [plan for plan in plans if plan]
        writes = [plan for plan in planned if plan.fields is not None]
        remember(parts, [plan for plan in planned if plan.fields is None])
        lost = write(parts, writes, source.fields)
        log.info("published", **_told(parts, list(reps), planned, lost), calls=work.calls, ms=work.ms)
    return lost


def _told(
    parts: Parts, reps: Sequence[str], planned: Sequence[PlannedWrite], lost: Sequence[PlannedWrite]
) -> dict[str, object]:
    """For the log: what became of how many reps, and of those written the first and last delivery that it came of."""
    with transaction(parts.engine) as connection:
        not_written = refused_reps(connection, reps) | {plan.rep for plan in lost}
    done = [plan for plan in planned if plan.rep not in not_written]
    written = [plan for plan in done if plan.fields is not None]
    return {
        "reps": len(reps),
        "written": len(written),
        "skipped": len(done) - len(written),
        "lost": len(lost),
        "refused": len(reps) - len(done) - len(lost),
        "deliveries": {plan.rep: [plan.causes.first_id, plan.causes.last_id] for plan in written if plan.causes},
    }


def _planned(
    parts: Parts, rep: str, dirty: int, rows: RepRows, source: RowSource, connection: Connection
) -> PlannedWrite | None:
    """A rep that can't be planned, by a fault of ours or as the ledger can't now, waits alone."""
    try:
        return plan_rep(parts, rep, rows, source.fields, connection)
    except Exception as error:
        whose = whose_trouble(error)
        if whose == "ledger":
            raise
        if whose == "record":
            sentry_sdk.capture_exception(error)
        refuse_row(parts, rep, dirty, f"could not be planned: {place(error)}", passing=whose == "passing")
        return None


def _give_way(parts: Parts, lost: Sequence[PlannedWrite]) -> None:
    """Others go first. A row that can't be made as its id is taken would lose for ever: it is refused.

    One that is there and is not shown, as lists of a newer Twenty come from a replica, is read again in a while.
    """
    for plan in lost:
        if plan.way == "create":
            why = "exists and names somebody else" if plan.taken else "exists, and Twenty does not show it yet"
            refuse_row(parts, plan.rep, plan.dirty, f"row {plan.row_id} {why}")
    with transaction(parts.engine) as connection:
        give_way(connection, [plan.rep for plan in lost])
        recheck(connection, [plan.rep for plan in lost if plan.way == "create" and not plan.taken], RECHECK)
