"""Force sync: settles and publishes one rep now, such as when the rep logs in or out (seed: "force sync")."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import structlog
from sqlalchemy import Connection

from ledger.account_queries import load_rep
from ledger.dirty import mark_dirty, waiting_rep
from ledger.engine import transaction
from ledger.inbox import newest_pending, pending_up_to
from ledger.locks import held_alone
from twenty_client.errors import TwentyError
from worker.digest import BATCH, digest_batch
from worker.linger import MOST_REPS
from worker.parts import Parts
from worker.publish import PUBLISHER, publish_reps
from worker.watermark import move_watermark

log = structlog.get_logger()
PATIENCE_S = 5.0
MOST_DELIVERIES = 2_000
CONTENDED = "somebody else keeps changing the rep's row in Twenty, try again in a moment"
_LOOK_AGAIN_S = 0.05

Progress = Callable[[int, int], None]
Result = Literal["synced", "busy", "twenty_unavailable", "unknown_rep", "refused"]


@dataclass(frozen=True, slots=True)
class ForcedSync:
    """What became of it; `reason` is empty when synced, and holds nothing of a record.

    `busy`: another publisher was at work all the while, or somebody else kept changing the row. `refused`: Twenty did
    not take this rep's row.
    """

    outcome: Result
    reason: str = ""


UNKNOWN = ForcedSync("unknown_rep", "no workspace member has this id")


def force_sync(parts: Parts, rep: str) -> ForcedSync:
    """Digests what is in the inbox now (at most 2,000 deliveries), then publishes this one rep.

    Waits at most 5 s each for deliveries that another worker holds and for the publisher's lock. What can't be
    published now stays dirty for the clock. Errors: `LedgerUnavailable`.
    """
    return sync_reps(parts, [rep], lambda *_: None)[rep]


def sync_reps(parts: Parts, reps: Sequence[str], progress: Progress) -> dict[str, ForcedSync]:
    """As `force_sync`, for many: 60 with one read and one write. `progress` hears how many of how many are done."""
    _digest_pending(parts)
    done: dict[str, ForcedSync] = {}
    for first in range(0, len(reps), MOST_REPS):
        done |= _synced(parts, reps[first : first + MOST_REPS])
        progress(len(done), len(reps))
    return done


def _synced(parts: Parts, reps: Sequence[str]) -> dict[str, ForcedSync]:
    with transaction(parts.engine) as connection:
        unknown = {rep: UNKNOWN for rep in reps if load_rep(connection, rep) is None}
        waiting = _marked_dirty(connection, [rep for rep in reps if rep not in unknown])
    never_worked = {rep: ForcedSync("synced") for rep in reps if rep not in unknown and rep not in waiting}
    return {**unknown, **never_worked, **(_published(parts, waiting) if waiting else {})}


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


def _marked_dirty(connection: Connection, reps: Sequence[str]) -> dict[str, int]:
    """Their dirty numbers. A clean rep is published too, as somebody may have changed the row, and a refused one is
    tried again.

    Who never worked was never dirty, and gets no row.
    """
    ever_dirty = [rep for rep in reps if (found := waiting_rep(connection, rep)) and found.dirty]
    mark_dirty(connection, ever_dirty)
    return {rep: found.dirty for rep in ever_dirty if (found := waiting_rep(connection, rep))}


def _published(parts: Parts, waiting: Mapping[str, int]) -> dict[str, ForcedSync]:
    try:
        contended = _publish(parts, waiting)
    except TwentyError as error:
        log.warning("sync put off", reps=list(waiting), error=type(error).__name__)
        away = ForcedSync("twenty_unavailable", f"Twenty can't be called now: {type(error).__name__}")
        return dict.fromkeys(waiting, away)
    if contended is None:
        return dict.fromkeys(waiting, ForcedSync("busy", "another publisher is at work, try again in a moment"))
    return {rep: ForcedSync("busy", CONTENDED) if rep in contended else _outcome(parts, rep) for rep in waiting}


def _publish(parts: Parts, waiting: Mapping[str, int]) -> list[str] | None:
    """Those whose row somebody else kept changing; None when another publisher was at work all the while."""
    deadline_s = time.monotonic() + PATIENCE_S
    while True:
        with held_alone(parts.engine, PUBLISHER) as held:
            if held:
                return publish_reps(parts, waiting)
        if time.monotonic() >= deadline_s:
            return None
        time.sleep(_LOOK_AGAIN_S)


def _outcome(parts: Parts, rep: str) -> ForcedSync:
    with transaction(parts.engine) as connection:
        waiting = waiting_rep(connection, rep)
    refused = waiting.refused if waiting else None
    return ForcedSync("refused", refused) if refused else ForcedSync("synced")
