"""One rep's days, for people to look at: totals by day, XP by week, appointments, what happened. Reads only."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import Connection, func, select, text

from ledger.facts import load_facts
from ledger.tables import awards, day_totals, facts
from programs.progression.day_totals import COLUMNS
from programs.progression.facts import KeptFact

_XP = text("""
    SELECT width_bucket(occurred_at, CAST(:starts AS timestamptz[])) AS span, SUM(amount)::bigint AS xp
    FROM awards WHERE rep = :rep AND basis = 'paid' AND occurred_at >= :first AND occurred_at < :end GROUP BY 1
""")


def totals_by_day(connection: Connection, rep: str, first_on: date, last_on: date) -> dict[date, dict[str, int]]:
    """The rep's day totals from one day to another, both included."""
    c = day_totals.c
    rows = connection.execute(select(day_totals).where(c.rep == rep, c.on.between(first_on, last_on))).mappings()
    return {row["on"]: {name: row[name] for name in COLUMNS} for row in rows}


def xp_by_span(connection: Connection, rep: str, starts: Sequence[datetime], end: datetime) -> list[int]:
    """XP paid for what happened from each of these times to the next, the last span to `end` (not included)."""
    given = {"rep": rep, "starts": list(starts), "first": starts[0], "end": end}
    found = {row.span: row.xp for row in connection.execute(_XP, given)}
    return [found.get(n, 0) for n in range(1, len(starts) + 1)]


def appointment_facts(connection: Connection, rep: str) -> Mapping[str, KeptFact]:
    """The rep's facts that say that an appointment was set, and their twins, by key."""
    keys = select(facts.c.key).where(facts.c.rep == rep, facts.c.met_at.is_not(None))
    return load_facts(connection, set(connection.execute(keys).scalars()))


def facts_between(connection: Connection, rep: str, since: datetime, until: datetime) -> dict[str, KeptFact]:
    """The rep's facts from one time to another (not included), and their twins, by key."""
    c = facts.c
    happened = select(c.key).where(c.rep == rep, c.occurred_at >= since, c.occurred_at < until)
    return load_facts(connection, set(connection.execute(happened).scalars()))


def xp_by_fact(connection: Connection, rep: str, since: datetime) -> dict[str, int]:
    """The rep's XP for what happened since then, by the key of the fact that caused it."""
    c = awards.c
    sums = select(c.cause, func.sum(c.amount)).where(c.rep == rep, c.occurred_at >= since).group_by(c.cause)
    return {cause: int(xp) for cause, xp in connection.execute(sums)}
