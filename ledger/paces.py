"""How fast deliveries come, are digested and reach Twenty: counts of the last minute."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Column, Connection, Select, Table, func, select

from ledger.tables import deliveries, writes

MINUTE = timedelta(minutes=1)
MOST_COUNTED = 5_000  # enough to see that much goes on


@dataclass(frozen=True, slots=True)
class Paces:
    """Of the last minute, each 5,000 at most; `written_at` is the last write to Twenty."""

    received: int
    digested: int
    written: int
    written_at: datetime | None


def paces(connection: Connection) -> Paces:
    """Costs the same however large the ledger is."""
    last = select(writes.c.written_at).order_by(writes.c.id.desc()).limit(1)
    return Paces(
        received=connection.execute(_of_newest(deliveries, deliveries.c.received_at)).scalar_one(),
        digested=connection.execute(_digested()).scalar_one(),
        written=connection.execute(_of_newest(writes, writes.c.written_at)).scalar_one(),
        written_at=connection.execute(last).scalar(),
    )


def _digested() -> Select[int]:
    of_minute = select(deliveries.c.id).where(deliveries.c.digested_at > func.clock_timestamp() - MINUTE)
    return select(func.count()).select_from(of_minute.limit(MOST_COUNTED).subquery())


def _of_newest(table: Table, at: Column[datetime]) -> Select[int]:
    """By their ids, which come in order: the times need no index."""
    newest = select(at.label("at")).order_by(table.c.id.desc()).limit(MOST_COUNTED).subquery()
    return select(func.count()).where(newest.c.at > func.clock_timestamp() - MINUTE)
