"""How others' XP in a rep's row grew beside the rep's calls: a line an hour, for a week.

Where another program pays the same calls into the row, both grow together, and one of the two pays too much.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, literal, select
from sqlalchemy.dialects.postgresql import insert

from ledger.tables import day_totals, foreign_growth

KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class GrowthLine:
    """The highest foreign XP seen in an hour, and how many calls of the rep the ledger held then."""

    hour_at: datetime
    foreign_xp: int
    calls: int


def note_growth(connection: Connection, rep: str, foreign_xp: int) -> None:
    """The row's foreign XP as it was published now; a line is added only when it grew, and for the first figure."""
    table = foreign_growth.c
    highest = select(func.coalesce(func.max(table.foreign_xp), -1)).where(table.rep == rep).scalar_subquery()
    calls = select(func.coalesce(func.sum(day_totals.c.calls), 0)).where(day_totals.c.rep == rep).scalar_subquery()
    hour = func.date_trunc("hour", func.clock_timestamp())
    grown = select(literal(rep), hour, literal(foreign_xp), calls).where(highest < foreign_xp)
    statement = insert(foreign_growth).from_select(["rep", "hour_at", "foreign_xp", "calls"], grown)
    changed = {name: statement.excluded[name] for name in ("foreign_xp", "calls")}
    connection.execute(statement.on_conflict_do_update(index_elements=["rep", "hour_at"], set_=changed))
    _forget(connection, rep)


def _forget(connection: Connection, rep: str) -> None:
    """The newest of the old lines stays: what comes next is compared with it."""
    table = foreign_growth.c
    old = (table.rep == rep) & (table.hour_at < func.clock_timestamp() - KEPT)
    newest = select(func.max(table.hour_at)).where(old).scalar_subquery()
    connection.execute(delete(foreign_growth).where(old, table.hour_at < newest))


def growth_by_rep(connection: Connection) -> dict[str, list[GrowthLine]]:
    """Each rep's lines, oldest first."""
    found: dict[str, list[GrowthLine]] = defaultdict(list)
    for row in connection.execute(select(foreign_growth).order_by(foreign_growth.c.rep, foreign_growth.c.hour_at)):
        found[row.rep].append(GrowthLine(row.hour_at, row.foreign_xp, row.calls))
    return dict(found)
