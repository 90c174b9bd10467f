"""How fast deliveries come, are digested and reach Twenty: counts of the last minute."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Column, Connection, Select, Table, func, select

from ledger.tables import deliveries, writes

MINUTE = timedelta(minutes=1)
MOST_LOOKED_AT = 10_000  # of the newest: by their ids, which need no index of times


@dataclass(frozen=True, slots=True)
class Paces:
    """Of the last minute, `received` and `written` at most 10,000; `written_at` is the last write to Twenty."""

    received: int
    digested: int
    written: int
    written_at: datetime | None


def paces(connection: Connection) -> Paces:
    """Costs the same however large the ledger is."""
    since = func.clock_timestamp() - MINUTE
    digested = select(func.count()).where(deliveries.c.digested_at > since)
    last = select(writes.c.written_at).order_by(writes.c.id.desc()).limit(1)
    return Paces(
        received=connection.execute(_newest(deliveries, deliveries.c.received_at)).scalar_one(),
        digested=connection.execute(digested).scalar_one(),
        written=connection.execute(_newest(writes, writes.c.written_at)).scalar_one(),
        written_at=connection.execute(last).scalar(),
    )


def _newest(table: Table, at: Column[datetime]) -> Select[int]:
    newest = select(at.label("at")).order_by(table.c.id.desc()).limit(MOST_LOOKED_AT).subquery()
    return select(func.count()).where(newest.c.at > func.clock_timestamp() - MINUTE)
