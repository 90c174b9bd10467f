"""All reps at a glance, in as many queries however many there are. Reads only."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ARRAY, Connection, Text, bindparam, text


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A member, or a rep whom no sweep has named.

    `waits_since_at` is None when nothing waits to be published. `left`: Twenty has the member deleted.
    """

    id: str
    name: str | None
    time_zone: str | None
    left: bool
    last_active_on: date | None
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


# The last active day is one step in an index.
_ROWS = text("""
    SELECT COALESCE(m.id, r.id) AS id, m.name, m.time_zone, m.deleted_at IS NOT NULL AS "left", d."on",
           r.published_at, CASE WHEN r.dirty > r.done THEN r.dirty_at END AS waits_since_at, r.refused, r.row_problem
    FROM members m FULL JOIN reps r ON r.id = m.id
    LEFT JOIN LATERAL (SELECT "on" FROM day_totals WHERE rep = COALESCE(m.id, r.id) AND activities > 0
        ORDER BY "on" DESC LIMIT 1) d ON true
    WHERE r.forgotten_at IS NULL
    ORDER BY m.name, 1
""")
# A standing is large: it is unpacked once, and of whom it is asked for alone.
_FIGURES = text("""
    SELECT r.id, s."currentRank", s."currentLevel", s."totalXp", s."streakDays", COALESCE(s.efficiency, '{}')
    FROM reps r CROSS JOIN LATERAL jsonb_to_record(r.standing) AS s("currentRank" text, "currentLevel" bigint,
        "totalXp" bigint, "streakDays" bigint, efficiency jsonb)
    WHERE r.id = ANY(:ids) AND r.standing IS NOT NULL
""").bindparams(bindparam("ids", type_=ARRAY(Text)))
_XP = text("""
    SELECT rep, COALESCE(SUM(amount) FILTER (WHERE occurred_at > :week), 0)::bigint AS week,
           COALESCE(SUM(amount) FILTER (WHERE occurred_at <= :week), 0)::bigint AS before
    FROM awards WHERE occurred_at > :before AND occurred_at <= :now AND basis = 'paid' GROUP BY rep
""")


def board_rows(connection: Connection) -> list[BoardRow]:
    """All but those who were forgotten, by name."""
    return [BoardRow(*row) for row in connection.execute(_ROWS)]


def published_figures(connection: Connection, ids: Collection[str]) -> dict[str, PublishedFigures]:
    """By rep; who was never published is left out."""
    return {rep: PublishedFigures(*told) for rep, *told in connection.execute(_FIGURES, {"ids": list(ids)})}


def week_xp(connection: Connection, now: datetime, days: int) -> dict[str, tuple[int, int]]:
    """XP by rep, paid for what happened in the last `days` × 24 hours, and in as many before."""
    times = {"now": now, "week": now - timedelta(days=days), "before": now - timedelta(days=2 * days)}
    return {row.rep: (row.week, row.before) for row in connection.execute(_XP, times)}
