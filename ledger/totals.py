"""Day totals as the ledger keeps them."""

from collections import Counter

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.postgresql import insert

from ledger.recordsets import given, recordset
from ledger.tables import day_totals
from programs.progression.day_totals import COLUMNS, DayTotals

_CHANGES = recordset({column.name: column.type for column in day_totals.c})
_INSERT = insert(day_totals).from_select(_CHANGES.c.keys(), select(_CHANGES))
_ADD = _INSERT.on_conflict_do_update(
    index_elements=["rep", "on"], set_={name: day_totals.c[name] + _INSERT.excluded[name] for name in COLUMNS}
)


def add_to_totals(connection: Connection, changes: DayTotals) -> None:
    """Adds differences (they may be negative) to the stored totals."""
    rows = [
        {"rep": rep, "on": on, **{name: counts[name] for name in COLUMNS}}
        for (rep, on), counts in sorted(changes.items())
    ]
    if rows:
        connection.execute(_ADD, given(rows))


def load_totals(connection: Connection, rep: str) -> DayTotals:
    """A rep's stored totals."""
    rows = connection.execute(select(day_totals).where(day_totals.c.rep == rep)).mappings()
    return {(rep, row["on"]): Counter({name: row[name] for name in COLUMNS}) for row in rows}


def clear_totals(connection: Connection, rep: str) -> None:
    """Forgets a rep's totals, to count them anew in another time zone."""
    connection.execute(delete(day_totals).where(day_totals.c.rep == rep))
