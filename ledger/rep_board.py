"""All reps at a glance, in three queries however many there are. Reads only."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, text

from programs.progression.progress import WeekTotals


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


class WeekBounds(NamedTuple):
    """Of a rep: the last day, and when the week, the one before it, and the day after the last begin."""

    rep: str
    last_on: date
    week_at: datetime
    before_at: datetime
    end_at: datetime


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
_TOTALS = text("""
    SELECT w.rep, d."on" > w.last_on - :days AS this, SUM(calls)::bigint AS calls,
           SUM(known_durations)::bigint AS known_durations, SUM(sub_thirty)::bigint AS sub_thirty,
           SUM(over_two_minutes)::bigint AS over_two_minutes, SUM(activities)::bigint AS activities
    FROM unnest(CAST(:reps AS text[]), CAST(:last AS date[])) AS w(rep, last_on)
    JOIN day_totals d ON d.rep = w.rep AND d."on" > w.last_on - 2 * :days AND d."on" <= w.last_on
    GROUP BY 1, 2
""")
_XP = text("""
    SELECT w.rep, a.occurred_at >= w.week_at AS this, SUM(a.amount)::bigint AS xp
    FROM unnest(CAST(:reps AS text[]), CAST(:week AS timestamptz[]), CAST(:before AS timestamptz[]),
        CAST(:end AS timestamptz[])) AS w(rep, week_at, before_at, end_at)
    JOIN awards a ON a.rep = w.rep AND a.occurred_at >= w.before_at AND a.occurred_at < w.end_at
    WHERE a.occurred_at >= CAST(:oldest AS timestamptz) AND a.basis = 'paid'
    GROUP BY 1, 2
""")


def board_rows(connection: Connection) -> list[BoardRow]:
    """All but those who were forgotten, by name."""
    return [BoardRow(**row) for row in connection.execute(_ROWS).mappings()]


def week_totals(
    connection: Connection, bounds: Sequence[WeekBounds], days: int
) -> Mapping[str, tuple[WeekTotals, WeekTotals]]:
    """Of each of these reps who did something: the last `days` days, and as many before."""
    if not bounds:
        return {}
    given = _parameters(bounds)
    xp = {(row.rep, row.this): row.xp for row in connection.execute(_XP, given)}
    sums = {
        (row["rep"], row["this"]): {name: row[name] for name in row if name not in ("rep", "this")}
        for row in connection.execute(_TOTALS, {**given, "days": days}).mappings()
    }
    reps = {rep for rep, _ in (*xp, *sums)}
    return {rep: (_totals((rep, True), xp, sums), _totals((rep, False), xp, sums)) for rep in reps}


def _totals(
    key: tuple[str, bool],
    xp: Mapping[tuple[str, bool], int],
    sums: Mapping[tuple[str, bool], Mapping[str, int]],
) -> WeekTotals:
    return WeekTotals(xp=xp.get(key, 0), **sums.get(key, {}))


def _parameters(bounds: Collection[WeekBounds]) -> dict[str, Any]:
    reps, last, week, before, end = (list(column) for column in zip(*bounds, strict=True))
    return {"reps": reps, "last": last, "week": week, "before": before, "end": end, "oldest": min(before)}
