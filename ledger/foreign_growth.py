"""How others' XP in a rep's row grew beside the rep's calls: a line an hour, for a week.

Where another program pays the same calls into the row, both grow together, and one of the two pays too much.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ARRAY, BigInteger, Connection, Interval, Text, bindparam, select, text

from ledger.tables import foreign_growth

KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class GrowthLine:
    """The highest foreign XP seen in an hour, and how many calls of the rep the ledger held then."""

    hour_at: datetime
    foreign_xp: int
    calls: int


_GROWN = text("""
INSERT INTO foreign_growth (rep, hour_at, foreign_xp, calls)
SELECT rep, date_trunc('hour', clock_timestamp()), foreign_xp,
    (SELECT coalesce(sum(calls), 0) FROM day_totals WHERE day_totals.rep = now.rep)
FROM unnest(:reps, :foreign_xp) AS now (rep, foreign_xp)
WHERE foreign_xp > (SELECT coalesce(max(foreign_xp), -1) FROM foreign_growth WHERE foreign_growth.rep = now.rep)
ON CONFLICT (rep, hour_at) DO UPDATE SET foreign_xp = excluded.foreign_xp, calls = excluded.calls
""").bindparams(bindparam("reps", type_=ARRAY(Text)), bindparam("foreign_xp", type_=ARRAY(BigInteger)))
# The newest of the old lines stays: what comes next is compared with it.
_FORGOTTEN = text("""
DELETE FROM foreign_growth old WHERE rep = ANY(:reps) AND hour_at < (
    SELECT max(hour_at) FROM foreign_growth
    WHERE foreign_growth.rep = old.rep AND hour_at < clock_timestamp() - CAST(:kept AS interval)
)
""").bindparams(bindparam("reps", type_=ARRAY(Text)), bindparam("kept", type_=Interval))


def note_growth(connection: Connection, foreign_xp: Mapping[str, int]) -> None:
    """The rows' foreign XP as it was published now; a line is added only when it grew, and for the first figure."""
    reps = list(foreign_xp)
    connection.execute(_GROWN, {"reps": reps, "foreign_xp": list(foreign_xp.values())})
    connection.execute(_FORGOTTEN, {"reps": reps, "kept": KEPT})


def growth_by_rep(connection: Connection) -> dict[str, list[GrowthLine]]:
    """Each rep's lines, oldest first."""
    found: dict[str, list[GrowthLine]] = defaultdict(list)
    for row in connection.execute(select(foreign_growth).order_by(foreign_growth.c.rep, foreign_growth.c.hour_at)):
        found[row.rep].append(GrowthLine(row.hour_at, row.foreign_xp, row.calls))
    return dict(found)
