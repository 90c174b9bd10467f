"""Digest: claims a batch of the inbox, reads it, and keeps versions, facts, totals and awards in one transaction."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

import sentry_sdk
import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from structlog.contextvars import bound_contextvars

from ledger.engine import transaction
from ledger.fault_points import reached
from ledger.inbox import FORGOTTEN, UNATTRIBUTED, Delivery, Outcome, claim, finish, release
from ledger.locks import share_forgotten
from ledger.reps import dirty_reps
from ledger.sweep_state import request_sweep
from worker.facts_anew import NOTHING, Recorded, read_anew
from worker.failures import place, told_without_data
from worker.honouring import honoured
from worker.members import keep_members
from worker.parts import Parts, installed_parts
from worker.reading import Reading
from worker.recording import record_versions
from worker.wake import DIGEST, PUBLISH
from worker.watermark import move_watermark
from worker.work_log import measured

log = structlog.get_logger()
BATCH = 200
Digested = tuple[Outcome, bool]  # and whether it asks for a sweep


def digest_job() -> None:
    """RQ's entry: digests until nothing waits, then wakes the publisher."""
    parts = installed_parts()
    with told_without_data():
        while digest_batch(parts) == BATCH:
            parts.wake(DIGEST)
        move_watermark(parts)
        wake_publisher(parts)


def wake_publisher(parts: Parts) -> None:
    """Wakes a publisher if a rep waits for one."""
    with transaction(parts.engine) as connection:
        waiting = dirty_reps(connection, 1)
    if waiting:
        parts.wake(PUBLISH)


def digest_batch(parts: Parts, limit: int = BATCH) -> int:
    """Digests up to `limit` deliveries that nobody holds, and returns how many; all of them commit together."""
    with measured() as work:
        with transaction(parts.engine) as connection:
            share_forgotten(connection)
            claimed = claim(connection, limit)
            reached("digest.claimed")
            digested = _digest(connection, claimed, parts)
            outcomes = [outcome for outcome, _ in digested]
            finish(connection, outcomes)
            if any(asks for _, asks in digested):
                request_sweep(connection)
            reached("digest.before_commit")
        reached("digest.committed")
        if claimed:
            log.info("digested", **_told(claimed, outcomes), ms=work.ms)
    return len(claimed)


def _told(claimed: Sequence[Delivery], outcomes: Sequence[Outcome]) -> dict[str, object]:
    """For the log: the first and the last delivery's id, how long the oldest waited, what became of how many."""
    ids = [delivery.id for delivery in claimed]
    waited = datetime.now(UTC) - min(delivery.received_at for delivery in claimed)
    states = Counter(outcome.state for outcome in outcomes)
    return {
        "deliveries": [min(ids), max(ids)],
        "oldest_age_s": round(waited.total_seconds(), 3),
        **dict(sorted(states.items())),
    }


def _digest(connection: Connection, claimed: list[Delivery], parts: Parts) -> list[Digested]:
    """The whole batch at once; if that fails for good, one by one, so that a poison record parks alone."""
    try:
        with connection.begin_nested():
            return _keep(connection, honoured(connection, claimed), parts)
    except Exception as error:
        if isinstance(error, DBAPIError) and transient(error):
            raise
        if len(claimed) == 1:
            return [(_poison(claimed[0], error), False)]
    return [digested for delivery in claimed for digested in _digest(connection, [delivery], parts)]


def transient(error: DBAPIError) -> bool:
    """Whether the same statements may succeed later: a lost connection, a deadlock, a full disk (SQLSTATE classes)."""
    state = getattr(error.orig, "sqlstate", None) or "08"
    return state[:2] in {"08", "40", "53", "55", "57", "58"}


def _poison(delivery: Delivery, error: Exception) -> Outcome:
    """Parked under the error's class alone: its message may quote the record."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    with bound_contextvars(delivery=delivery.id):
        log.error("delivery parked", error=place(error))
        sentry_sdk.capture_exception(error)
    return Outcome(delivery.id, "parked", f"could not be digested: {type(cause).__name__}")


def _keep(connection: Connection, readings: list[Reading], parts: Parts) -> list[Digested]:
    attributable = keep_members(connection, [r.member for r in readings if r.member], parts)
    seen = [reading.seen for reading in readings if reading.seen]
    touched = {reading.record_key for reading in readings if reading.record_key}
    recorded = record_versions(connection, seen, touched, parts)
    renamed = read_anew(connection, attributable, parts) if attributable else NOTHING
    attributed = {*recorded.attributed, *renamed.attributed}
    if attributed:
        release(connection, sorted(attributed))
    return [(_outcome(reading, recorded), recorded.asks_for_sweep) for reading in readings]


def _outcome(reading: Reading, recorded: Recorded) -> Outcome:
    key, emptied = reading.record_key, reading.names_forgotten
    if reading.forgotten:
        return Outcome(reading.delivery_id, "ignored", FORGOTTEN, key, emptied=True)
    if reading.problem is not None:
        return Outcome(reading.delivery_id, "parked", reading.problem)
    if reading.ignored is not None:
        return Outcome(reading.delivery_id, "ignored", f"not ours: {reading.ignored}", emptied=emptied)
    if key in recorded.unattributed and reading.tells_of_its_fact:
        return Outcome(reading.delivery_id, "parked", UNATTRIBUTED, key)
    return Outcome(reading.delivery_id, "processed", None, key, emptied=emptied)
