"""Requeueing and dismissing deliveries that are set aside: told first, done in batches, audited."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeAlias

import structlog
from redis.exceptions import RedisError
from sqlalchemy import Connection, Engine

from accounts.delivery_account import subject_of
from accounts.requeue_preview import RequeuePreview
from ledger.audit import add
from ledger.delivery_filter import DeliveryFilter, matching_ids
from ledger.engine import rolled_back, transaction
from ledger.inbox import State
from ledger.set_aside import DISMISSIBLE, REQUEUABLE, DeliveryState, dismiss_all, requeue_all, states_of
from worker.foreseeing import foresee
from worker.ledger_trouble import whose_trouble
from worker.parts import Parts
from worker.wake import DIGEST

log = structlog.get_logger()
BATCH = 1_000
MOST_FORESEEN = 200
MOST_LOOKS = 3
MOST_NAMED = 100  # ids in an audit row
LONGEST_REASON = 500
Chosen: TypeAlias = Collection[int] | DeliveryFilter
Progress: TypeAlias = Callable[[int, int], None]


def preview_requeue(parts: Parts, chosen: Chosen) -> RequeuePreview:
    """What requeueing would come to, exactly, for the first 200: it is done in a transaction that is rolled back.

    A filter that names no state means parked deliveries. Of what is pruned it says since when, and does nothing. It
    locks reps one after the other; where that meets a digest, or another preview, it looks again.
    """
    for _ in range(MOST_LOOKS - 1):
        try:
            return _previewed(parts, chosen, patient=True)
        except Exception as error:
            if whose_trouble(error) != "passing":
                raise
    return _previewed(parts, chosen, patient=False)


def _previewed(parts: Parts, chosen: Chosen, *, patient: bool) -> RequeuePreview:
    with rolled_back(parts.engine) as connection:
        found = _chosen(connection, chosen, REQUEUABLE)
        foreseen, gains = foresee(connection, found[:MOST_FORESEEN], parts, patient=patient)
    matching = sum(each.requeuable for each in found)
    return RequeuePreview(matching, foreseen, len(found) - len(foreseen), gains)


def requeue(
    parts: Parts, chosen: Chosen, actor: str, reason: str | None = None, progress: Progress = lambda *_: None
) -> int:
    """Those of them that are set aside (parked, dismissed, ignored) are digested again; returns how many.

    What is pruned can't be, and stays as it is. A filter that names no state means parked ones. `progress` hears how
    many of how many are done. Whoever dies on the way leaves some requeued and the others as they were. Errors:
    `LedgerUnavailable`.
    """
    done = _in_batches(
        parts.engine,
        [each.id for each in _found(parts.engine, chosen, REQUEUABLE) if each.requeuable],
        requeue_all,
        lambda connection, ids, count: _audit(connection, "requeue", chosen, ids, count, actor, reason),
        progress,
    )
    if done:
        wake(parts, DIGEST)
    return done


def dismiss(engine: Engine, chosen: Chosen, actor: str, reason: str, progress: Progress = lambda *_: None) -> int:
    """Those of them that are parked are dismissed: never digested again, unless requeued; returns how many.

    Errors: `ValueError` without a reason; `LedgerUnavailable`.
    """
    because = reason.strip()[:LONGEST_REASON]
    if not because:
        raise ValueError("dismissing needs a reason")
    return _in_batches(
        engine,
        _dismissible(engine, chosen),
        lambda connection, ids: dismiss_all(connection, ids, actor, because),
        lambda connection, ids, count: _audit(connection, "dismiss", chosen, ids, count, actor, because),
        progress,
    )


def count_dismissible(engine: Engine, chosen: Chosen) -> int:
    """How many of them `dismiss` would dismiss."""
    return len(_dismissible(engine, chosen))


def wake(parts: Parts, job: str) -> None:
    """What is asked for stands in the ledger: without Redis the clock wakes it later."""
    try:
        parts.wake(job)
    except RedisError as error:
        log.warning("wake failed", error=type(error).__name__)


def _chosen(connection: Connection, chosen: Chosen, states: Sequence[State]) -> list[DeliveryState]:
    """Oldest first, as they are digested; of a filter only what is in one of these states."""
    if not isinstance(chosen, DeliveryFilter):
        return states_of(connection, chosen)
    if chosen.state is None:
        chosen = replace(chosen, state="parked")
    ids = matching_ids(connection, chosen) if chosen.state in states else []
    return states_of(connection, ids)


def _found(engine: Engine, chosen: Chosen, states: Sequence[State]) -> list[DeliveryState]:
    with transaction(engine) as connection:
        return _chosen(connection, chosen, states)


def _dismissible(engine: Engine, chosen: Chosen) -> list[int]:
    return [each.id for each in _found(engine, chosen, DISMISSIBLE) if each.state in DISMISSIBLE]


def _in_batches(
    engine: Engine,
    ids: Sequence[int],
    act: Callable[[Connection, Sequence[int]], int],
    audit: Callable[[Connection, Sequence[int], int], None],
    progress: Progress,
) -> int:
    """Each in a transaction; the audit row commits with the first that changes something, if any does.

    Somebody else may have done it meanwhile. Each delivery's turn comes once.
    """
    done = 0
    for start in range(0, len(ids), BATCH):
        batch, to_come = ids[start : start + BATCH], ids[start + BATCH :]
        with transaction(engine) as connection:
            changed = act(connection, batch)
            if changed and not done:
                audit(connection, [*batch, *to_come], changed + len(to_come))
        done += changed
        progress(start + len(batch), len(ids))
    return done


def _audit(
    connection: Connection, action: str, chosen: Chosen, ids: Sequence[int], count: int, actor: str, reason: str | None
) -> None:
    """Who did it to how many, and which: a filter as it was given, or ids."""
    named = _as_json(chosen) if isinstance(chosen, DeliveryFilter) else {"ids": list(ids[:MOST_NAMED])}
    subject = subject_of(ids[0]) if len(ids) == 1 else "deliveries"
    add(connection, actor=actor, action=action, subject=subject, after={"count": count, **named}, cause=reason)


def _as_json(wanted: DeliveryFilter) -> dict[str, object]:
    values = {name: getattr(wanted, name) for name in DeliveryFilter.__slots__}
    given = {name: value for name, value in values.items() if value is not None}
    return {"filter": {name: at.isoformat() if isinstance(at, datetime) else at for name, at in given.items()}}
