"""The inbox: every delivery that was accepted, byte for byte, until it is digested and pruned (`ledger.pruning`)."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, cast

from sqlalchemy import ARRAY, BigInteger, Boolean, Connection, CursorResult, Text, case, func, select, text, update
from sqlalchemy import cast as cast_to

from ledger.backoff import next_try_at
from ledger.recordsets import any_of, given, recordset, values_of
from ledger.tables import deliveries
from schemas.delivery import NewDelivery, Source

State = Literal["pending", "processed", "ignored", "parked", "dismissed"]
UNATTRIBUTED = "unattributed: nobody knows whose this is"
FORGOTTEN = "of a rep who was forgotten"
FIRST_RETRY, LONGEST_RETRY = timedelta(minutes=1), timedelta(hours=6)  # default
EMPTY = {"raw": b"", "headers": {}, "pruned_at": func.clock_timestamp()}
NOT_DISMISSED = {"dismissed_at": None, "dismissed_by": None, "dismissed_because": None}
_OUTCOME = ("delivery_id", "state", "reason", "record_key", "again")
_OUTCOMES = recordset(dict(zip(_OUTCOME, (BigInteger(), Text(), Text(), Text(), Boolean()), strict=True)))
_next_try = next_try_at(deliveries.c.tries, FIRST_RETRY, LONGEST_RETRY)
_FINISH = (
    update(deliveries)
    .where(deliveries.c.id == _OUTCOMES.c.delivery_id)
    .values(
        state=_OUTCOMES.c.state,
        reason=_OUTCOMES.c.reason,
        record_key=_OUTCOMES.c.record_key,
        digested_at=func.clock_timestamp(),
        tries=case((_OUTCOMES.c.again, deliveries.c.tries + 1), else_=0),
        retry_at=case((_OUTCOMES.c.again, _next_try)),
    )
)
_REPEATS = recordset({"source": Text(), "key": Text()})
_first = deliveries.alias("first")
_firsts = (
    select(_first.c.id)
    .where(_first.c.source == _REPEATS.c.source, _first.c.key == _REPEATS.c.key)
    .order_by(_first.c.id)
    .with_for_update(of=_first)
)
_COUNT = (
    update(deliveries)
    .where(deliveries.c.id.in_(_firsts))
    .values(duplicates=deliveries.c.duplicates + 1)
    .returning(deliveries.c.id)
)

# One array for each column, so that the statement is the same for any number of rows, and compiled and planned once.
# Repeats are left out before they conflict: that would wait, with all beside it, for who changed the row of the first.
_STORED = ("source", "key", "raw", "headers", "sent_at", "event", "record_id")
_STORE = text(
    """
    INSERT INTO deliveries (source, key, raw, headers, sent_at, event, record_id)
    SELECT source, key, raw, headers::jsonb, sent_at, event, record_id
    FROM unnest(
        CAST(:source AS text[]), CAST(:key AS text[]), CAST(:raw AS bytea[]), CAST(:headers AS text[]),
        CAST(:sent_at AS timestamptz[]), CAST(:event AS text[]), CAST(:record_id AS text[])
    ) AS new (source, key, raw, headers, sent_at, event, record_id)
    WHERE (SELECT first.id FROM deliveries AS first WHERE first.source = new.source AND first.key = new.key) IS NULL
    ON CONFLICT ON CONSTRAINT deliveries_source_key DO NOTHING
    RETURNING id, source, key
    """
)


@dataclass(frozen=True, slots=True)
class Delivery:
    """A claimed delivery: pending, and locked until the claiming transaction ends.

    One that was digested and pruned before has no bytes, and the `record_key` that it had. `tries`: how often in a row
    it was parked for a while.
    """

    id: int
    source: Source
    raw: bytes = field(repr=False)
    received_at: datetime
    record_key: str | None = None
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a delivery. `record_key` names the record that it told of, e.g. `note:<id>`.

    `again`: parked for a while only, and tried again by itself.
    With `emptied` its bytes and headers are not kept.
    """

    delivery_id: int
    state: State
    reason: str | None = None
    record_key: str | None = None
    again: bool = False
    emptied: bool = False


@dataclass(frozen=True, slots=True)
class Stored:
    """The id under which a delivery is kept, and whether it is new: a repeat is counted on the row of the first."""

    id: int
    is_new: bool


def store_all(connection: Connection, new: Sequence[NewDelivery]) -> int:
    """Keeps deliveries with distinct keys, and returns how many were new; repeats are counted on the row."""
    stored = store_new(connection, new)
    repeats = [delivery for delivery, is_new in zip(new, stored, strict=True) if not is_new]
    if repeats:
        _counted(connection, repeats)
    return len(new) - len(repeats)


def store_new(connection: Connection, new: Sequence[NewDelivery]) -> list[Stored | None]:
    """Keeps those whose keys are not there; what each is kept as, None for a repeat, which is to be counted.

    It waits for nobody who is busy with the first of a repeat.
    """
    if not new:
        return []
    rows = [_row(delivery) for delivery in sorted(new, key=_key)]
    columns = dict(zip(_STORED, map(list, zip(*rows, strict=True)), strict=True))
    kept = {(row.source, row.key): Stored(row.id, is_new=True) for row in connection.execute(_STORE, columns)}
    return [kept.pop(_key(delivery), None) for delivery in new]


def count_repeat(connection: Connection, repeat: NewDelivery) -> Stored:
    """Counts it on the row of the first; waits for who digests that one."""
    return Stored(_counted(connection, [repeat]).scalar_one(), is_new=False)


def _counted(connection: Connection, repeats: Sequence[NewDelivery]) -> CursorResult[Any]:
    """Ids of the firsts: a sweep brings many repeats, those of the last two minutes. Locked in one order, as `release`
    does.
    """
    return connection.execute(_COUNT, given([{"source": repeat.source, "key": repeat.key} for repeat in repeats]))


def _key(new: NewDelivery) -> tuple[str, str]:
    return new.source, new.key


def _row(new: NewDelivery) -> tuple[object, ...]:
    told = new.told
    return new.source, new.key, new.raw, json.dumps(dict(new.headers)), new.sent_at, told.event, told.record_id


def claim(connection: Connection, limit: int) -> list[Delivery]:
    """Locks up to `limit` pending deliveries that nobody holds; a process that dies lets go of them at once."""
    chosen = (
        select(
            deliveries.c.id,
            deliveries.c.source,
            deliveries.c.raw,
            deliveries.c.received_at,
            deliveries.c.record_key,
            deliveries.c.tries,
        )
        .where(deliveries.c.state == "pending")
        .order_by(deliveries.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [
        Delivery(row.id, cast(Source, row.source), bytes(row.raw), row.received_at, row.record_key, row.tries)
        for row in connection.execute(chosen)
    ]


def load_deliveries(connection: Connection, ids: Collection[int]) -> list[Delivery]:
    """These deliveries, whatever became of them, oldest first and not locked."""
    columns = (deliveries.c.id, deliveries.c.source, deliveries.c.raw, deliveries.c.received_at)
    found = connection.execute(select(*columns).where(deliveries.c.id.in_(ids)).order_by(deliveries.c.id))
    return [Delivery(row.id, cast(Source, row.source), bytes(row.raw), row.received_at) for row in found]


def finish(connection: Connection, outcomes: Sequence[Outcome]) -> None:
    """Writes down what became of each delivery."""
    if outcomes:
        connection.execute(_FINISH, given([values_of(outcome, _OUTCOME) for outcome in outcomes]))
    emptied = [outcome.delivery_id for outcome in outcomes if outcome.emptied]
    if emptied:
        connection.execute(update(deliveries).where(deliveries.c.id.in_(emptied)).values(**EMPTY))


def wake_retries(connection: Connection, limit: int) -> None:
    """Those that were parked for a while are pending again when that is over, the oldest first."""
    due = select(deliveries.c.id).where(deliveries.c.retry_at <= func.now()).order_by(deliveries.c.retry_at)
    chosen = due.limit(limit).with_for_update(skip_locked=True)
    pending = {"state": "pending", "reason": None, "digested_at": None, "retry_at": None}
    connection.execute(update(deliveries).where(deliveries.c.id.in_(chosen)).values(**pending))


def release(connection: Connection, record_keys: Sequence[str]) -> None:
    """Deliveries set aside because nobody knew whose they were, and now somebody does, are processed.

    Those that were dismissed too: what they told counts from now on. Locked in one order, as `ledger.set_aside` does.
    """
    nobodys = (
        select(deliveries.c.id)
        .where(
            deliveries.c.state.in_(("parked", "dismissed")),
            deliveries.c.reason == UNATTRIBUTED,
            deliveries.c.record_key == any_of(record_keys),
        )
        .order_by(deliveries.c.id)
        .with_for_update()
    )
    known = connection.execute(nobodys).scalars().all()
    if known:
        released = update(deliveries).where(deliveries.c.id == func.any(cast_to(known, ARRAY(BigInteger))))
        connection.execute(released.values(state="processed", reason=None, **NOT_DISMISSED))


def pending_unheld(connection: Connection) -> bool:
    """Whether a delivery waits that no worker is busy with."""
    waiting = select(deliveries.c.id).where(deliveries.c.state == "pending").limit(1).with_for_update(skip_locked=True)
    return connection.execute(waiting).first() is not None


def newest_pending(connection: Connection) -> int | None:
    """The id of the newest delivery that is not digested yet."""
    return connection.execute(select(func.max(deliveries.c.id)).where(deliveries.c.state == "pending")).scalar()


def pending_up_to(connection: Connection, delivery_id: int) -> bool:
    """Whether a delivery that is not newer than this one is not digested yet."""
    waiting = select(deliveries.c.id).where(deliveries.c.state == "pending", deliveries.c.id <= delivery_id)
    return connection.execute(waiting.limit(1)).first() is not None


def more_pending_than(connection: Connection, number: int) -> bool:
    """Whether more deliveries than this wait, or are being digested."""
    beyond = select(deliveries.c.id).where(deliveries.c.state == "pending").order_by(deliveries.c.id)
    return connection.execute(beyond.offset(number).limit(1)).first() is not None


def oldest_pending_at(connection: Connection) -> datetime | None:
    """When the oldest delivery that is not digested yet was received; by id, so that a backlog costs nothing."""
    waiting = select(deliveries.c.received_at).where(deliveries.c.state == "pending").order_by(deliveries.c.id)
    return connection.execute(waiting.limit(1)).scalar()


def count_by_state(connection: Connection, sources: Sequence[Source]) -> Mapping[str, int]:
    """Deliveries by state, and under `duplicates` how many repeats came on top."""
    rows = connection.execute(
        select(deliveries.c.state, func.count(), func.sum(deliveries.c.duplicates))
        .where(deliveries.c.source.in_(sources))
        .group_by(deliveries.c.state)
    ).all()
    counts = {str(state): int(count) for state, count, _ in rows}
    return counts | {"duplicates": sum(int(repeats) for _, _, repeats in rows)}
