"""How fast deliveries come, are digested and reach Twenty: counts of the last minute."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, func, select

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
    """Costs the same however large the ledger is.

    By `now()`, which is the same for all rows: what may differ from row to row is looked up in no index.
    """
    last = select(writes.c.written_at).order_by(writes.c.id.desc()).limit(1)
    written = (~writes.c.pruned, writes.c.written_at > func.now() - MINUTE)
    digested = deliveries.c.digested_at > func.now() - MINUTE
    return Paces(
        received=connection.execute(_received()).scalar_one(),
        digested=connection.execute(_counted(select(deliveries.c.id).where(digested))).scalar_one(),
        written=connection.execute(_counted(select(writes.c.id).where(*written))).scalar_one(),
        written_at=connection.execute(last).scalar(),
    )


def _counted(found: Select[Any]) -> Select[Any]:
    return select(func.count()).select_from(found.limit(MOST_COUNTED).subquery())


def _received() -> Select[Any]:
    """By their ids, which come in order: the time needs no index."""
    c = deliveries.c
    newest = select(c.received_at).order_by(c.id.desc()).limit(MOST_COUNTED).subquery()
    return select(func.count()).where(newest.c.received_at > func.now() - MINUTE)
