"""Missing records: destroyed in Twenty without a webhook that told of it, found by comparing counts.

Notes and opportunities are compared. NoteTargets are not: destroying a note takes its noteTargets along without a
word, so their counts differ for good reasons, and a noteTarget of which nobody told that it is gone changes no figure
but the lead of a note that has another one.
"""

from dataclasses import asdict, replace
from datetime import UTC, datetime

import structlog
from sqlalchemy import Connection

from ledger.comparisons import (
    Comparison,
    Stopped,
    accept_stopped,
    begin_pass,
    comparisons_by_object,
    finish_pass,
    may_be_tried,
    pass_due,
    put_pass_aside,
    stop_pass,
    try_pass,
)
from ledger.engine import transaction
from ledger.locks import held_alone
from ledger.missing_records import believe_noted, confirmable, forget_noted
from ledger.sweep_state import watermark_at
from twenty_client.errors import TwentyError
from twenty_client.urgency import Urgency
from worker.comparing import Outcome, Through, compare
from worker.confirming import confirm
from worker.failures import told_without_data
from worker.parts import Parts, installed_parts

log = structlog.get_logger()
LOOKER = "missing"


def missing_job() -> None:
    """RQ's entry: one at a time."""
    parts = installed_parts()
    with told_without_data(), held_alone(parts.engine, LOOKER) as held:
        if held:
            look_for_missing(replace(parts, twenty=parts.twenty.at(Urgency.BACKFILL)))


def missing_due(connection: Connection, now: datetime) -> bool:
    """Whether a pass is due, or a sweep has gone by something that is missing."""
    return bool(_due(connection, now))


def look_for_missing(parts: Parts) -> None:
    """Confirms what was missing before the last sweep, and goes on with the passes that are due.

    For about 20 calls of each object; the clock wakes the rest. What Twenty can't serve now is tried again a minute
    later, and nothing is believed until then.
    """
    with transaction(parts.engine) as connection:
        watermark = watermark_at(connection)
        due = _due(connection, datetime.now(UTC))
        for comparison in due:
            try_pass(connection, comparison.object)
    for comparison in due:
        try:
            _look(parts, comparison, watermark)
        except TwentyError as error:
            log.warning("looking for missing records put off", error=type(error).__name__, reason=str(error))


def accept_missing(parts: Parts) -> list[Stopped]:
    """Lets the passes that were stopped believe what is missing, once, and returns what stopped them.

    They begin within seconds, in a worker; each record is confirmed by a second read before it is counted out.
    """
    with transaction(parts.engine) as connection:
        return accept_stopped(connection)


def _due(connection: Connection, now: datetime) -> list[Comparison]:
    watermark = watermark_at(connection)
    return [
        comparison
        for comparison in comparisons_by_object(connection)
        if watermark is not None
        and may_be_tried(comparison, now)
        and (pass_due(comparison, watermark) or confirmable(connection, comparison.object, watermark, limit=1))
    ]


def _look(parts: Parts, comparison: Comparison, watermark: datetime | None) -> None:
    if watermark is None:
        return
    confirm(parts, comparison.object, watermark)
    if not pass_due(comparison, watermark):
        with transaction(parts.engine) as connection:
            put_pass_aside(connection, comparison.object)
        return
    up_to_at = comparison.up_to_at or _begun(parts, comparison.object, watermark)
    _conclude(parts, comparison, up_to_at, compare(parts, comparison, up_to_at))


def _begun(parts: Parts, object_name: str, watermark: datetime) -> datetime:
    """A new pass goes up to the watermark: what the ledger knows for sure."""
    with transaction(parts.engine) as connection:
        begin_pass(connection, object_name, watermark)
    return watermark


def _conclude(parts: Parts, comparison: Comparison, up_to_at: datetime, outcome: Outcome) -> None:
    with transaction(parts.engine) as connection:
        if isinstance(outcome, Through):
            missing = believe_noted(connection, comparison.object, outcome.at)
            finish_pass(connection, comparison, up_to_at, outcome.next_slice_at)
            log.info("records compared", object=comparison.object, missing=missing)
        elif isinstance(outcome, Stopped):
            forget_noted(connection, comparison.object)
            stop_pass(connection, comparison, up_to_at, outcome)
            log.warning("too many records are missing", **asdict(outcome))
        elif outcome == "later":
            put_pass_aside(connection, comparison.object)
