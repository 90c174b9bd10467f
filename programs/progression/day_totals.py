"""Day totals: what a fact adds to its rep's day, so that a change moves them by the difference."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from typing import TypeAlias

from programs.progression.facts import TRAINING, Fact, KeptFact, counted_calls
from programs.progression.rules import Rules

RepDay: TypeAlias = tuple[str, date]
DayTotals: TypeAlias = dict[RepDay, Counter[str]]
COLUMNS = ("calls", "known_durations", "sub_thirty", "over_two_minutes", "activities")


def day_totals(facts: Mapping[str, KeptFact], time_zones: Mapping[str, tzinfo], rules: Rules) -> DayTotals:
    """Totals by (rep, day in the rep's time zone) of the given facts alone.

    `facts` holds the V1 of every twin in it; facts without a rep add nothing. An activity is what keeps a streak:
    a call, an appointment, a deal, a training.
    """
    totals: DayTotals = {}
    calls = counted_calls(facts)
    for key, kept in facts.items():
        rep = kept.fact.rep
        if rep is None or not kept.fact.live:
            continue
        zone = time_zones[rep]
        if key in calls:
            _add(totals, rep, kept.fact.occurred_at, zone, _of_call(kept.fact.duration_s, rules))
        for at in active_at(kept.fact):
            _add(totals, rep, at, zone, Counter(activities=1))
    return totals


def _add(totals: DayTotals, rep: str, at: datetime, zone: tzinfo, counts: Counter[str]) -> None:
    totals.setdefault((rep, at.astimezone(zone).date()), Counter()).update(counts)


def _of_call(duration_s: int | None, rules: Rules) -> Counter[str]:
    if duration_s is None:
        return Counter(calls=1, activities=1)
    return Counter(
        calls=1,
        activities=1,
        known_durations=1,
        sub_thirty=int(duration_s < rules.metrics.sub_thirty_below_s),
        over_two_minutes=int(duration_s > rules.metrics.two_minutes_above_s),
    )


def active_at(fact: Fact) -> tuple[datetime, ...]:
    """When a fact that is no call keeps its rep's streak."""
    if fact.kind in TRAINING:
        return (fact.occurred_at,)
    if fact.kind == "opportunity":
        return tuple(at for at in (fact.met_at, fact.held_at, fact.won_at) if at is not None)
    return ()


def difference(before: DayTotals, after: DayTotals) -> DayTotals:
    """What to add to the stored totals when facts change from `before` to `after`."""
    changes: DayTotals = {}
    for day in before.keys() | after.keys():
        old, new = before.get(day, Counter()), after.get(day, Counter())
        change = Counter({name: new[name] - old[name] for name in COLUMNS if new[name] != old[name]})
        if change:
            changes[day] = change
    return changes
