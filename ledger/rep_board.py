"""The board of reps: searched, sorted and counted where it is kept, so that a page reads what it shows. Reads only."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import ARRAY, Connection, Text, bindparam, text

# What the board is sorted by; None of a figure comes last, whichever way.
_SYNC = """CASE WHEN r.refused IS NOT NULL THEN 'refused' WHEN r.row_problem IS NOT NULL THEN 'row problem'
    WHEN r.dirty > r.done THEN 'waiting' WHEN r.published_at IS NOT NULL THEN 'up to date' ELSE 'no work yet' END"""
SORTS: Mapping[str, str] = MappingProxyType(
    {
        "name": "b.place",
        "rank": "array_position(:ladder, r.rank)",
        "level": "r.level",
        "xp": "r.total_xp",
        "week": "CASE WHEN b.last_active_on IS NOT NULL THEN b.week_xp END",
        "change": "CASE WHEN b.last_active_on IS NOT NULL THEN b.week_xp - b.before_xp END",
        "drops": "r.drop_share",
        "long": "r.two_plus_share",
        "appointments": "r.appointment_share",
        "cadence": "r.cadence_share",
        "shows": "r.show_share",
        "streak": "r.streak_days",
        "active": "b.last_active_on",
        "sync": _SYNC,
    }
)


@dataclass(frozen=True, slots=True)
class BoardQuestion:
    """What of the board is asked for.

    `search`: letters of a name in any case, or how an id begins; `trend`: of these alone; `sort`: a name of `SORTS`,
    `-` before it for the greatest first. Reps who are alike stay in order by name.
    """

    search: str = ""
    sort: str = "name"
    trend: str | None = None


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A member, or a rep whom no sweep has named.

    `week_xp` is of the last seven days, `before_xp` of the seven before; these, `last_active_on` and `trend` are as
    they were when the board was made. `waits_since_at` is None when nothing waits to be published. `left`: Twenty has
    the member deleted.
    """

    id: str
    name: str | None
    left: bool
    last_active_on: date | None
    week_xp: int
    before_xp: int
    trend: str
    published_at: datetime | None
    waits_since_at: datetime | None
    refused: str | None
    row_problem: str | None


@dataclass(frozen=True, slots=True)
class PublishedFigures:
    """Of the standing last published. `efficiency` is the standing's: {metric: {rate, have, of}}."""

    rank: str | None
    level: int | None
    total_xp: int | None
    streak_days: int | None
    efficiency: Mapping[str, Any]


_MEMBER, _REP = "LEFT JOIN members m ON m.id = b.rep", "LEFT JOIN reps r ON r.id = b.rep"
_CALLED = "(strpos(lower(m.name), lower(:search)) > 0 OR starts_with(lower(b.rep), lower(:search)))"
# Of all who fit only that is read by which they are found and sorted.
_ROWS = """
    SELECT b.rep, m.name, m.deleted_at IS NOT NULL, b.last_active_on, b.week_xp, b.before_xp, b.trend, r.published_at,
           CASE WHEN r.dirty > r.done THEN r.dirty_at END, r.refused, r.row_problem
    FROM (SELECT b.* FROM board b {joined} WHERE {fits} ORDER BY {sort} LIMIT :most OFFSET :first) b
    LEFT JOIN members m ON m.id = b.rep LEFT JOIN reps r ON r.id = b.rep
    WHERE r.forgotten_at IS NULL
    ORDER BY {sort}
"""
_TRENDS = "SELECT b.trend, count(*) AS reps FROM board b {joined} WHERE {fits} GROUP BY b.trend"
# A standing is large: it is unpacked once, and of whom it is asked for alone.
_FIGURES = text("""
    SELECT r.id, r.rank, r.level, r.total_xp, r.streak_days, COALESCE(r.standing -> 'efficiency', '{}')
    FROM reps r WHERE r.id = ANY(:ids) AND r.standing IS NOT NULL
""").bindparams(bindparam("ids", type_=ARRAY(Text)))


def board_rows(
    connection: Connection, asked: BoardQuestion, ladder: Sequence[str], first: int = 0, most: int | None = None
) -> list[BoardRow]:
    """Those who fit, from number `first` (0) on, `most` at most; `ladder` are the ranks from the lowest up."""
    column = SORTS[asked.sort.removeprefix("-")]
    made = text(_ROWS.format(joined=_joined(asked, column), fits=_fits(asked), sort=_order(asked, column)))
    said = {"search": asked.search, "trend": asked.trend, "ladder": list(ladder), "first": first, "most": most}
    told = {name: value for name, value in said.items() if f":{name}" in made.text}
    typed = [bindparam("ladder", type_=ARRAY(Text))] if "ladder" in told else []
    return [BoardRow(*row) for row in connection.execute(made.bindparams(*typed), told)]


def _joined(asked: BoardQuestion, column: str) -> str:
    return " ".join([*([_MEMBER] if asked.search else []), *([_REP] if "r." in column else [])])


def _fits(asked: BoardQuestion) -> str:
    return " AND ".join(["true", *([_CALLED] if asked.search else []), *(["b.trend = :trend"] if asked.trend else [])])


def _order(asked: BoardQuestion, column: str) -> str:
    return f"{column} {'DESC' if asked.sort.startswith('-') else 'ASC'} NULLS LAST, b.place"


def count_by_trend(connection: Connection, search: str) -> dict[str, int]:
    """How many fit the search (empty: everybody), by trend."""
    asked = BoardQuestion(search)
    counted = text(_TRENDS.format(joined=_joined(asked, ""), fits=_fits(asked)))
    rows = connection.execute(counted, {"search": search} if search else {})
    return {row.trend: row.reps for row in rows}


def published_figures(connection: Connection, ids: Collection[str]) -> dict[str, PublishedFigures]:
    """By rep; who was never published is left out."""
    return {rep: PublishedFigures(*told) for rep, *told in connection.execute(_FIGURES, {"ids": list(ids)})}
