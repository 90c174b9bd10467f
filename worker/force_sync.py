"""Force sync: settles and publishes one rep now, such as when the rep logs in or out (seed: "force sync")."""

import time
from dataclasses import dataclass
from typing import Literal

import structlog
from sqlalchemy import Connection

from ledger.account_queries import load_rep
from ledger.engine import transaction
from ledger.inbox import newest_pending, pending_up_to
from ledger.locks import held_alone
from ledger.reps import Waiting, mark_dirty, waiting_rep
from twenty_client.errors import TwentyError
from worker.digest import BATCH, digest_batch
from worker.parts import Parts
from worker.publish import PUBLISHER, publish_reps
from worker.watermark import move_watermark

log = structlog.get_logger()
PATIENCE_S = 5.0
MOST_DELIVERIES = 2_000
CONTENDED = "somebody else keeps changing the rep's row in Twenty, try again in a moment"
_LOOK_AGAIN_S = 0.05

Result = Literal["synced", "busy", "twenty_unavailable", "unknown_rep", "refused"]


@dataclass(frozen=True, slots=True)
class ForcedSync:
    """What became of it; `reason` is empty when synced, and holds nothing of a record.

    `busy`: another publisher was at work all the while, or somebody else kept changing the row. `refused`: Twenty did
    not take this rep's row.
    """

    outcome: Result
    reason: str = ""


def force_sync(parts: Parts, rep: str) -> ForcedSync:
    """Digests what is in the inbox now (at most 2,000 deliveries), then publishes this one rep.

    Waits at most 5 s each for deliveries that another worker holds and for the publisher's lock. What can't be
    published now stays dirty for the clock. Errors: `LedgerUnavailable`.
    """
    _digest_pending(parts)
    with transaction(parts.engine) as connection:
        if load_rep(connection, rep) is None:
            return ForcedSync("unknown_rep", "no workspace member has this id")
        waiting = _marked_dirty(connection, rep)
    if waiting is None:
        return ForcedSync("synced")
    try:
        return _published(parts, rep, waiting)
    except TwentyError as error:
        log.warning("sync put off", rep=rep, error=type(error).__name__)
        return ForcedSync("twenty_unavailable", f"Twenty can't be called now: {type(error).__name__}")


def _digest_pending(parts: Parts) -> None:
    """What a worker holds is waited for: it may be this rep's."""
    with transaction(parts.engine) as connection:
        last = newest_pending(connection) or 0
    digested, deadline_s = 0, time.monotonic() + PATIENCE_S
    while digested < MOST_DELIVERIES and time.monotonic() < deadline_s:
        done = digest_batch(parts, min(BATCH, MOST_DELIVERIES - digested))
        digested += done
        with transaction(parts.engine) as connection:
            if not pending_up_to(connection, last):
                break
        if not done:
            time.sleep(_LOOK_AGAIN_S)
    move_watermark(parts)


def _marked_dirty(connection: Connection, rep: str) -> Waiting | None:
    """A clean rep is published too, as somebody may have changed the row, and a refused one is tried again.

    Who never worked was never dirty, and gets no row.
    """
    before = waiting_rep(connection, rep)
    if before is None or not before.dirty:
        return None
    mark_dirty(connection, [rep])
    return waiting_rep(connection, rep)


def _published(parts: Parts, rep: str, waiting: Waiting) -> ForcedSync:
    deadline_s = time.monotonic() + PATIENCE_S
    while True:
        with held_alone(parts.engine, PUBLISHER) as held:
            if held:
                contended = publish_reps(parts, {rep: waiting.dirty})
                return ForcedSync("busy", CONTENDED) if contended else _outcome(parts, rep)
        if time.monotonic() >= deadline_s:
            return ForcedSync("busy", "another publisher is at work, try again in a moment")
        time.sleep(_LOOK_AGAIN_S)


def _outcome(parts: Parts, rep: str) -> ForcedSync:
    with transaction(parts.engine) as connection:
        waiting = waiting_rep(connection, rep)
    refused = waiting.refused if waiting else None
    return ForcedSync("refused", refused) if refused else ForcedSync("synced")
