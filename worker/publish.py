"""Publish: brings the rows of dirty reps in Twenty up to their standing, up to 60 reps with one read and one write."""

import time
from collections.abc import Mapping, Sequence
from datetime import timedelta

import sentry_sdk
import structlog

from ledger.engine import transaction
from ledger.errors import LedgerUnavailable
from ledger.fault_points import reached
from ledger.locks import held_alone
from ledger.rep_rows import give_way, known_row_ids
from ledger.reps import count_dirty, dirty_reps, put_off_publishing
from programs.progression.rep_rows import RepRows
from twenty_client.errors import PermanentError, TransientError
from worker.failures import place, told_without_data
from worker.linger import MOST_REPS, linger_s
from worker.parts import Parts, installed_parts
from worker.planning import PlannedWrite, plan_rep, remember
from worker.rows import RowSource
from worker.writing import refuse_row, write

log = structlog.get_logger()
PUBLISHER = "publish"
PUT_OFF = timedelta(minutes=1)
MOST_READS = 3


def publish_job() -> None:
    """RQ's entry: one publisher at a time; what Twenty can't take now stays dirty for the clock."""
    parts = installed_parts()
    with told_without_data(), held_alone(parts.engine, PUBLISHER) as held:
        if not held:
            return
        try:
            _linger(parts)
            while publish_batch(parts):
                _linger(parts)
        except TransientError as error:
            log.warning("publishing put off", error=type(error).__name__)
        except PermanentError as error:
            put_off(parts, error)


def _linger(parts: Parts) -> None:
    """Lets more reps get dirty first when calls are short."""
    with transaction(parts.engine) as connection:
        waiting = count_dirty(connection)
    time.sleep(linger_s(parts.twenty.budget_left(), waiting))


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
    with transaction(parts.engine) as connection:
        known_ids = known_row_ids(connection, reps)
    rows = source.read(list(reps), known_ids)
    reached("publish.rows_read")
    planned = [plan for rep, dirty in reps.items() if (plan := _planned(parts, rep, dirty, rows[rep], source))]
    writes = [plan for plan in planned if plan.fields is not None]
    remember(parts, [plan for plan in planned if plan.fields is None])
    lost = write(parts, writes, source.fields)
    log.info("published", reps=len(planned) - len(lost), written=len(writes) - len(lost), lost=len(lost))
    return lost


def _planned(parts: Parts, rep: str, dirty: int, rows: RepRows, source: RowSource) -> PlannedWrite | None:
    """A rep that can't be planned, by a fault of ours, waits alone."""
    try:
        return plan_rep(parts, rep, rows, source.fields)
    except LedgerUnavailable:
        raise
    except Exception as error:
        sentry_sdk.capture_exception(error)
        refuse_row(parts, rep, dirty, f"could not be planned: {place(error)}")
        return None


def _give_way(parts: Parts, lost: Sequence[PlannedWrite]) -> None:
    """Others go first. A row that can't be made as its id is taken would lose for ever: it is refused."""
    for plan in lost:
        if plan.way == "create":
            refuse_row(parts, plan.rep, plan.dirty, f"row {plan.row_id} exists and names somebody else")
    with transaction(parts.engine) as connection:
        give_way(connection, [plan.rep for plan in lost])
