"""Pruning: what has grown old and is not needed any more is emptied, a small batch at a time.

Of a delivery the bytes and headers go; its key (de-duplication), state, reason, record and times (totals, proofs,
accounts) stay. What waits for somebody, pending or parked, is left alone. Of a write the two long values go, and that
they were written stays. Nobody is waited for: rows that somebody holds are left to the next batch.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, TextClause, delete, func, select, text

from ledger.inbox import EMPTY
from ledger.tables import PRUNABLE_DELIVERY, PRUNABLE_WRITE, deliveries, losses, writes

_d, _w = deliveries.c, writes.c
_LONG_VALUES = ("efficiencyMetrics", "rankEligibility")


@dataclass(frozen=True, slots=True)
class Prunable:
    """Deliveries and writes, and how many bytes the deliveries hold."""

    deliveries: int = 0
    bytes: int = 0
    writes: int = 0

    def __add__(self, other: "Prunable") -> "Prunable":
        """Both together."""
        return Prunable(self.deliveries + other.deliveries, self.bytes + other.bytes, self.writes + other.writes)


def count_prunable(connection: Connection, before: datetime) -> Prunable:
    """What is older than `before`."""
    sizes = select(func.count(), func.coalesce(func.sum(func.octet_length(_d.raw)), 0))
    found = connection.execute(sizes.where(text(PRUNABLE_DELIVERY), _d.received_at < before)).one()
    written = select(func.count()).where(text(f"({PRUNABLE_WRITE})"), _w.written_at < before)
    return Prunable(int(found[0]), int(found[1]), connection.execute(written).scalar_one())


def prune(connection: Connection, before: datetime, limit: int) -> Prunable:
    """Empties up to `limit` deliveries received and `limit` writes made before then, and returns what that was."""
    return _prune_deliveries(connection, before, limit) + _prune_writes(connection, before, limit)


def prune_losses(connection: Connection, before: datetime) -> None:
    """Hours of the loss meter are looked at for a day."""
    connection.execute(delete(losses).where(losses.c.hour_at < before))


def _prune_deliveries(connection: Connection, before: datetime, limit: int) -> Prunable:
    old = (
        select(_d.id, func.octet_length(_d.raw).label("size"))
        .where(text(PRUNABLE_DELIVERY), _d.received_at < before)
        .order_by(_d.received_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("old")
    )
    emptied = deliveries.update().where(_d.id == old.c.id).values(**EMPTY).returning(old.c.size)
    sizes = connection.execute(emptied).scalars().all()
    return Prunable(deliveries=len(sizes), bytes=sum(sizes))


def _prune_writes(connection: Connection, before: datetime, limit: int) -> Prunable:
    old = (
        select(_w.id)
        .where(text(f"({PRUNABLE_WRITE})"), _w.written_at < before)
        .order_by(_w.written_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("old")
    )
    emptied = writes.update().where(_w.id == old.c.id).values(fields=_without_long_values()).returning(_w.id)
    return Prunable(writes=len(connection.execute(emptied).all()))


def _without_long_values() -> TextClause:
    """Null in their place, where they were written."""
    fields = "writes.fields"
    for name in _LONG_VALUES:
        fields = f"jsonb_set({fields}, '{{{name}}}', 'null', false)"
    return text(fields)
