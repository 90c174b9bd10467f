"""Reps whose row can't be written as it is: Twenty refuses it, or it could not be planned."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from ledger.dirty import mark_dirty
from ledger.tables import members, reps


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A rep, why the row is not written, since when, how often in a row, and when it is tried again by itself.

    `refused_at` is None for a row that an older release found refused.
    """

    rep: str
    name: str | None
    reason: str
    refused_at: datetime | None
    refusals: int
    retry_at: datetime | None


def refused_rows(connection: Connection) -> list[RefusedRow]:
    """All, by name."""
    columns = (reps.c.id, members.c.name, reps.c.refused, reps.c.refused_at, reps.c.refusals, reps.c.recheck_at)
    joined = select(*columns).select_from(reps.outerjoin(members, members.c.id == reps.c.id))
    refused = joined.where(reps.c.dirty > reps.c.done, reps.c.refused.is_not(None))
    return [RefusedRow(*row) for row in connection.execute(refused.order_by(members.c.name, reps.c.id))]


def retry_rows(connection: Connection, ids: Collection[str]) -> list[RefusedRow]:
    """Those of these reps whose row is refused wait to be published; returns them as they were."""
    wanted = set(ids)
    chosen = [row for row in refused_rows(connection) if row.rep in wanted]
    mark_dirty(connection, [row.rep for row in chosen])
    return chosen
