"""A rep's progress: level, the weeks behind, what is better than the week before, and the facts of today."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from sqlalchemy import Connection

from ledger.account_queries import RepRecord
from ledger.rep_days import appointment_facts, facts_between, totals_by_day, xp_by_fact, xp_by_span
from programs.progression.efficiency import Rate
from programs.progression.facts import KeptFact, counted_calls
from programs.progression.levels import level_start
from programs.progression.metric_marks import METRICS, Marked, marked, marks_of
from programs.progression.progress import (
    Step,
    Week,
    WeekTotals,
    appointment_times,
    by_week,
    steps_forward,
    totals_between,
    weeks_back,
)
from programs.progression.rules import Rules
from programs.progression.time_zones import day_begins, zone_named

WEEKS = 12


@dataclass(frozen=True, slots=True)
class LevelProgress:
    """The level, the XP with which it began, the rep's, and with which the next begins."""

    level: int
    begins: int
    xp: int
    next_begins: int


@dataclass(frozen=True, slots=True)
class FactOfToday:
    """What happened today, and the XP that it has earned so far."""

    kept: KeptFact
    xp: int


@dataclass(frozen=True, slots=True)
class RepProgress:
    """`weeks` are the last 12, the oldest first; the last ends `today`, where the rep is (`zone`).

    `this` and `before` are the last seven days and the seven before, to this hour; `steps` is what is better.
    `level` is None before the first standing. `metrics` go by their names in a standing.
    """

    zone: tzinfo
    today: date
    level: LevelProgress | None
    weeks: tuple[Week, ...]
    this: WeekTotals
    before: WeekTotals
    steps: tuple[Step, ...]
    metrics: Mapping[str, Marked]
    facts: Sequence[FactOfToday]


def rep_progress(connection: Connection, rep: RepRecord, rules: Rules, now: datetime) -> RepProgress:
    """The progress of a rep; level and metrics are those of the standing last computed."""
    zone = zone_named(rep.time_zone, rules.time_zone)
    today = now.astimezone(zone).date()
    set_at = appointment_times(appointment_facts(connection, rep.id), rep.id, rules)
    this, before = _two_weeks(connection, rep.id, set_at, rules, now)
    return RepProgress(
        zone=zone,
        today=today,
        level=_level(rep.standing, rules) if rep.standing else None,
        weeks=_weeks(connection, rep.id, [at.astimezone(zone).date() for at in set_at], zone, today, rules),
        this=this,
        before=before,
        steps=steps_forward(this, before, rules),
        metrics=_metrics(rep.standing or {}, rules),
        facts=_today(connection, rep.id, zone, today),
    )


def _weeks(
    connection: Connection, rep: str, set_on: Sequence[date], zone: tzinfo, today: date, rules: Rules
) -> tuple[Week, ...]:
    spans = weeks_back(today, WEEKS, rules.metrics.recent_days)
    starts = [day_begins(first, zone) for first, _ in spans]
    xp = xp_by_span(connection, rep, starts, day_begins(today + timedelta(days=1), zone))
    return by_week(spans, totals_by_day(connection, rep, spans[0][0], today), set_on, xp)


def _two_weeks(
    connection: Connection, rep: str, set_at: Sequence[datetime], rules: Rules, now: datetime
) -> tuple[WeekTotals, WeekTotals]:
    """To the hour, so that a morning is not held against a whole day."""
    length = timedelta(days=rules.metrics.recent_days)
    starts = [now - 2 * length, now - length]
    xp = xp_by_span(connection, rep, starts, now)
    facts = facts_between(connection, rep, starts[0], now)
    calls = [call for call in counted_calls(facts).values() if call.rep == rep]
    before, this = (
        totals_between(calls, set_at, paid, since, since + length, rules)
        for since, paid in zip(starts, xp, strict=True)
    )
    return this, before


def _level(standing: Mapping[str, Any], rules: Rules) -> LevelProgress:
    level = standing["currentLevel"]
    return LevelProgress(level, level_start(level, rules), standing["totalXp"], level_start(level + 1, rules))


def _metrics(standing: Mapping[str, Any], rules: Rules) -> dict[str, Marked]:
    told = standing.get("efficiency", {})
    rates = {name: Rate(told[name]["have"], told[name]["of"]) if name in told else Rate(0, 0) for name in METRICS}
    return {name: marked(rates[name], marks_of(metric, rules)) for name, metric in METRICS.items()}


def _today(connection: Connection, rep: str, zone: tzinfo, today: date) -> list[FactOfToday]:
    begins, ends = day_begins(today, zone), day_begins(today + timedelta(days=1), zone)
    xp = xp_by_fact(connection, rep, begins)
    facts = facts_between(connection, rep, begins, ends).values()
    found = [kept for kept in facts if kept.fact.live and kept.twin_of is None and kept.fact.occurred_at >= begins]
    newest = sorted(found, key=lambda kept: (kept.fact.occurred_at, kept.fact.key), reverse=True)
    return [FactOfToday(kept, xp.get(kept.fact.key, 0)) for kept in newest]
