"""Digest: claims a batch of the inbox, reads it, and keeps versions, facts, totals and awards in one transaction."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import sentry_sdk
import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from structlog.contextvars import bound_contextvars

from ledger.dirty import dirty_reps
from ledger.engine import transaction
from ledger.fault_points import reached
from ledger.inbox import FORGOTTEN, UNATTRIBUTED, Delivery, Outcome, claim, finish, pending_unheld, release
from ledger.locks import held_alone, share_forgotten
from ledger.sweep_state import request_sweep
from worker.facts_anew import NOTHING, FactChange, Recorded, read_anew
from worker.failures import place, told_without_data
from worker.honouring import honoured
from worker.ledger_trouble import whose_trouble
from worker.members import keep_members
from worker.parts import Parts, installed_parts
from worker.reading import Reading
from worker.recording import record_versions
from worker.turns import STAY, Turn
from worker.wake import DIGEST, PUBLISH
from worker.watermark import move_watermark
from worker.work_log import measured

log = structlog.get_logger()
BATCH = 1_000
DIGESTER = "digest"
Digested = tuple[Outcome, bool]  # and whether it asks for a sweep


def digest_job() -> None:
    """RQ's entry: digests until nothing comes or its turn is over, then wakes the publisher, and itself for the rest.

    One is enough at a time: batches hold the same reps, so that several would wait for each other's locks.
    """
    parts = installed_parts()
    with told_without_data():
        with held_alone(parts.engine, DIGESTER) as held:
            if not held:
                return  # who has it looks again after having let go of it
            with parts.wake.attended(DIGEST):
                turn = Turn(parts.wake)
                while _digested(parts, turn) and held.lasts() and turn.more(lambda: _waits(parts)):
                    pass
        move_watermark(parts)
        wake_next(parts)


def _digested(parts: Parts, turn: Turn) -> bool:
    """Digests until nothing waits, of which the publisher is told; False if the turn is over."""
    while digest_batch(parts) == BATCH:
        if turn.is_over:
            return False
    if STAY.allowed:
        wake_next(parts)
    return True


def _waits(parts: Parts) -> bool:
    with transaction(parts.engine) as connection:
        return pending_unheld(connection)


def wake_next(parts: Parts) -> None:
    """Wakes a publisher if a rep waits for one, and a digest for what this one left or came when it had looked."""
    with transaction(parts.engine) as connection:
        due = {DIGEST: pending_unheld(connection), PUBLISH: bool(dirty_reps(connection, 1))}
    for job in (job for job, is_due in due.items() if is_due):
        parts.wake(job)


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


def _digest(connection: Connection, claimed: Sequence[Delivery], parts: Parts) -> list[Digested]:
    """The whole batch at once; of one that fails a poison record parks alone.

    Trouble that meets all of them is not one record's: it is raised, nothing is kept, and all is tried again. But of
    those that were put off before, while others passed, it is their own, also where nothing else waits.
    """
    found = _halving(connection, claimed, parts)
    failures = [error for error in found if isinstance(error, Exception)]
    if failures and len(failures) == len(claimed) and not all(delivery.tries for delivery in claimed):
        raise failures[0]
    return [_put_off(claimed[at], each) if isinstance(each, Exception) else each for at, each in enumerate(found)]


def _halving(connection: Connection, claimed: Sequence[Delivery], parts: Parts) -> list[Digested | Exception]:
    """What became of each; or the error, where the same statements may succeed in a while.

    Those that fail together are halved until what fails stands alone.
    """
    try:
        return [*keep_deliveries(connection, claimed, parts).digested]
    except Exception as error:
        whose = whose_trouble(error)
        if whose == "ledger":
            raise
        if len(claimed) == 1:
            return [error if whose == "passing" else (_poison(claimed[0], error), False)]
    half = len(claimed) // 2
    return [*_halving(connection, claimed[:half], parts), *_halving(connection, claimed[half:], parts)]


def parked_reason(error: Exception) -> str:
    """The error's class alone: its message may quote the record."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return f"could not be digested: {type(cause).__name__}"


def _poison(delivery: Delivery, error: Exception) -> Outcome:
    with bound_contextvars(delivery=delivery.id):
        log.error("delivery parked", error=place(error))
        sentry_sdk.capture_exception(error)
    return Outcome(delivery.id, "parked", parked_reason(error))


def _put_off(delivery: Delivery, error: Exception) -> Digested:
    """Parked, so that neither the watermark nor another rep waits for it, and tried again by itself."""
    log.warning("delivery put off", delivery=delivery.id, error=place(error))
    return Outcome(delivery.id, "parked", parked_reason(error), again=True), False


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of deliveries, and which facts (by key) say something else now."""

    digested: list[Digested]
    changes: Mapping[str, FactChange]


def keep_deliveries(connection: Connection, deliveries: Sequence[Delivery], parts: Parts) -> Kept:
    """Reads them and keeps what they tell; an error takes back all of it, and leaves the transaction as it was."""
    with connection.begin_nested():
        return _keep(connection, honoured(connection, deliveries), parts)


def _keep(connection: Connection, readings: Sequence[Reading], parts: Parts) -> Kept:
    attributable = keep_members(connection, [r.member for r in readings if r.member], parts)
    seen = [reading.seen for reading in readings if reading.seen]
    touched = {reading.record_key for reading in readings if reading.record_key}
    recorded = record_versions(connection, seen, touched, parts)
    renamed = read_anew(connection, attributable, parts) if attributable else NOTHING
    attributed = {*recorded.attributed, *renamed.attributed}
    if attributed:
        release(connection, sorted(attributed))
    digested = [(_outcome(reading, recorded), recorded.asks_for_sweep) for reading in readings]
    return Kept(digested, {**renamed.changes, **recorded.changes})


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
