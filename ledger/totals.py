"""Day totals as the ledger keeps them."""

from collections import Counter

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.postgresql import insert

from ledger.tables import day_totals
from programs.progression.day_totals import COLUMNS, DayTotals


def add_to_totals(connection: Connection, changes: DayTotals) -> None:
    """Adds differences (they may be negative) to the stored totals."""
    rows = [
        {"rep": rep, "on": on, **{name: counts[name] for name in COLUMNS}}
        for (rep, on), counts in sorted(changes.items())
    ]
    if not rows:
        return
    statement = insert(day_totals).values(rows)
    sums = {name: day_totals.c[name] + statement.excluded[name] for name in COLUMNS}
    connection.execute(statement.on_conflict_do_update(index_elements=["rep", "on"], set_=sums))


def load_totals(connection: Connection, rep: str) -> DayTotals:
    """A rep's stored totals."""
    rows = connection.execute(select(day_totals).where(day_totals.c.rep == rep)).mappings()
    return {(rep, row["on"]): Counter({name: row[name] for name in COLUMNS}) for row in rows}


def clear_totals(connection: Connection, rep: str) -> None:
    """Forgets a rep's totals, to count them anew in another time zone."""
    connection.execute(delete(day_totals).where(day_totals.c.rep == rep))
