"""What Twenty's rows should say, as far as the ledger remembers, and whether that is moving just now."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, func, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from ledger.tables import badges, reps
from programs.progression.row_proofs import WrittenRow

_r = reps.c


class RememberedRow(NamedTuple):
    """A rep's row as last written. `waits`: it is to be written or read again; `mark` differs when it was since."""

    waits: bool
    mark: tuple[int, int, datetime | None]
    written: WrittenRow


def rows_to_compare(connection: Connection) -> list[str]:
    """The reps who were ever published, in order."""
    return list(connection.execute(select(_r.id).where(_r.standing.is_not(None)).order_by(_r.id)).scalars())


def remembered_rows(connection: Connection, ids: Collection[str]) -> dict[str, RememberedRow]:
    """The rows of these reps, by rep."""
    ours = func.coalesce(_r.synced_xp, 0).label("ours")
    rank = _r.standing["currentRank"].astext.label("rank")
    waits = or_(_r.dirty > _r.done, _r.recheck_at.is_not(None)).label("waits")
    columns = (_r.id, _r.dirty, _r.done, _r.published_at, _r.foreign_xp, ours, _r.sequence, rank, waits)
    found = connection.execute(select(*columns, _granted().label("badges")).where(_r.id.in_(ids)))
    return {
        row.id: RememberedRow(
            row.waits,
            (row.dirty, row.done, row.published_at),
            WrittenRow(row.foreign_xp + row.ours, row.ours, row.sequence, row.badges or (), row.rank),
        )
        for row in found
    }


def _granted() -> ColumnElement[list[str] | None]:
    granted = func.array_agg(aggregate_order_by(badges.c.badge, badges.c.badge))
    return select(granted).where(badges.c.rep == _r.id).scalar_subquery()
