"""All reps at a glance, in two queries however many there are. Reads only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, text


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A member, or a rep whom no sweep has named; figures are of the standing last published, None before.

    `efficiency` is the standing's: {metric: {rate, have, of}}. `waits_since_at` is None when nothing waits to be
    published. `left`: Twenty has the member deleted.
    """

    id: str
    name: str | None
    time_zone: str | None
    left: bool
    rank: str | None
    level: int | None
    total_xp: int | None
    streak_days: int | None
    efficiency: Mapping[str, Any]
    last_active_on: date | None
    published_at: datetime | None
    waits_since_at: datetime | None
    refused: str | None
    row_problem: str | None


# The standing is unpacked once a row, as it is large; the last active day is one step in an index.
_ROWS = text("""
    SELECT COALESCE(m.id, r.id) AS id, m.name, m.time_zone, m.deleted_at IS NOT NULL AS "left",
           s."currentRank" AS rank, s."currentLevel" AS level, s."totalXp" AS total_xp,
           s."streakDays" AS streak_days, COALESCE(s.efficiency, '{}') AS efficiency, d."on" AS last_active_on,
           r.published_at, CASE WHEN r.dirty > r.done THEN r.dirty_at END AS waits_since_at, r.refused, r.row_problem
    FROM members m FULL JOIN reps r ON r.id = m.id
    LEFT JOIN LATERAL jsonb_to_record(r.standing) AS s("currentRank" text, "currentLevel" bigint, "totalXp" bigint,
        "streakDays" bigint, efficiency jsonb) ON true
    LEFT JOIN LATERAL (SELECT "on" FROM day_totals WHERE rep = COALESCE(m.id, r.id) AND activities > 0
        ORDER BY "on" DESC LIMIT 1) d ON true
    WHERE r.forgotten_at IS NULL
    ORDER BY m.name, 1
""")
_XP = text("""
    SELECT rep, COALESCE(SUM(amount) FILTER (WHERE occurred_at > :week), 0)::bigint AS week,
           COALESCE(SUM(amount) FILTER (WHERE occurred_at <= :week), 0)::bigint AS before
    FROM awards WHERE occurred_at > :before AND occurred_at <= :now AND basis = 'paid' GROUP BY rep
""")


def board_rows(connection: Connection) -> list[BoardRow]:
    """All but those who were forgotten, by name."""
    return [BoardRow(**row) for row in connection.execute(_ROWS).mappings()]


def week_xp(connection: Connection, now: datetime, days: int) -> dict[str, tuple[int, int]]:
    """XP by rep, paid for what happened in the last `days` × 24 hours, and in as many before."""
    times = {"now": now, "week": now - timedelta(days=days), "before": now - timedelta(days=2 * days)}
    return {row.rep: (row.week, row.before) for row in connection.execute(_XP, times)}
