"""Publish: brings the rows of dirty reps in Twenty up to their standing; one read and one write for up to 60 reps."""

from collections.abc import Mapping
from datetime import timedelta

import sentry_sdk
import structlog

from ledger.engine import transaction
from ledger.errors import LedgerUnavailable
from ledger.locks import held_alone
from ledger.reps import dirty_reps, put_off_publishing, recheck, refuse
from programs.progression.row import Row
from twenty_client.errors import PermanentError, TimedOut, TransientError, Unauthorized
from twenty_client.request import batch_upsert
from worker.failures import place, told_without_data
from worker.parts import Parts, installed_parts
from worker.planning import PlannedWrite, plan_rep, remember
from worker.rows import PLURAL, RowSource

log = structlog.get_logger()
PUBLISHER = "publish"
MOST_REPS = 60
PUT_OFF = timedelta(minutes=1)
RECHECK = timedelta(minutes=2)


def publish_job() -> None:
    """RQ's entry: one publisher at a time; what Twenty can't take now stays dirty for the clock."""
    parts = installed_parts()
    with told_without_data(), held_alone(parts.engine, PUBLISHER) as held:
        if not held:
            return
        try:
            while publish_batch(parts):
                pass
        except TransientError as error:
            log.warning("publishing put off", error=type(error).__name__)
        except PermanentError as error:
            put_off(parts, error)


def put_off(parts: Parts, error: PermanentError) -> None:
    """Twenty can't take rows as it is set up now: somebody must mend that, so a try a minute is enough."""
    with transaction(parts.engine) as connection:
        put_off_publishing(connection, str(error), PUT_OFF)
    log.error("publishing put off", error=type(error).__name__, reason=str(error))


def publish_batch(parts: Parts) -> int:
    """Publishes up to 60 dirty reps and returns how many were looked at. Errors: those of `twenty_client.errors`."""
    with transaction(parts.engine) as connection:
        reps = dirty_reps(connection, MOST_REPS)
    if reps:
        publish_reps(parts, reps)
    return len(reps)


def publish_reps(parts: Parts, reps: Mapping[str, int]) -> None:
    """Publishes these reps (at most 60), given with their dirty numbers; for whoever holds the publisher's lock.

    A row that Twenty refuses is remembered as refused. Errors: those of `twenty_client.errors`.
    """
    source = RowSource(parts.twenty)
    rows = source.read(list(reps))
    planned = [plan for rep, dirty in reps.items() if (plan := _planned(parts, rep, dirty, rows[rep], source))]
    writes = [plan for plan in planned if plan.fields is not None]
    remember(parts, [plan for plan in planned if plan.fields is None])
    _write(parts, writes)
    log.info("published", reps=len(planned), written=len(writes))


def _planned(parts: Parts, rep: str, dirty: int, row: Row, source: RowSource) -> PlannedWrite | None:
    """A rep that can't be planned, by a fault of ours, waits alone."""
    try:
        return plan_rep(parts, rep, row, source.fields)
    except LedgerUnavailable:
        raise
    except Exception as error:
        sentry_sdk.capture_exception(error)
        _refuse(parts, rep, dirty, f"could not be planned: {place(error)}")
        return None


def _write(parts: Parts, writes: list[PlannedWrite]) -> None:
    """One batch; if Twenty refuses it for good, halves, until the row that it refuses stands alone."""
    if not writes:
        return
    try:
        parts.twenty.send(batch_upsert(PLURAL, [dict(plan.fields or {}) for plan in writes]))
    except Unauthorized:
        raise
    except TimedOut:
        with transaction(parts.engine) as connection:
            recheck(connection, [plan.rep for plan in writes], RECHECK)
        raise
    except PermanentError as error:
        if len(writes) == 1:
            _refuse(parts, writes[0].rep, writes[0].dirty, str(error))
            return
        middle = len(writes) // 2
        _write(parts, writes[:middle])
        _write(parts, writes[middle:])
        return
    remember(parts, writes)


def _refuse(parts: Parts, rep: str, dirty: int, reason: str) -> None:
    with transaction(parts.engine) as connection:
        refuse(connection, rep, dirty, reason)
    log.error("row refused", rep=rep, reason=reason)
