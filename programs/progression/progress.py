"""Progress: one week of a rep against the week before, so that who improves is seen, and who stalls too."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from programs.progression.appointments import Point, windows
from programs.progression.efficiency import Rate
from programs.progression.facts import CALL, Fact, KeptFact, counted_calls
from programs.progression.rules import Rules

Trend = Literal["up", "even", "down", "stalled", "idle"]
Subject = Literal["xp", "calls", "appointments", "sub_thirty", "over_two_minutes"]


@dataclass(frozen=True, slots=True)
class WeekTotals:
    """What a rep did in a week: counts, and the XP that was paid for it."""

    xp: int = 0
    calls: int = 0
    sub_thirty: int = 0
    over_two_minutes: int = 0
    appointments: int = 0

    @property
    def drops(self) -> Rate:
        """The sub-30s drop rate (of all calls, as the seed has it)."""
        return Rate(self.sub_thirty, self.calls)

    @property
    def long_calls(self) -> Rate:
        """The share of calls beyond two minutes (of all calls)."""
        return Rate(self.over_two_minutes, self.calls)


@dataclass(frozen=True, slots=True)
class Week:
    """The days from `first_on` to `last_on`, both included, in the rep's time zone; on `call_days` the rep called."""

    first_on: date
    last_on: date
    totals: WeekTotals
    call_days: int


@dataclass(frozen=True, slots=True)
class Step:
    """A figure of the week before and of this one. Shares are in percent, rounded to whole ones."""

    subject: Subject
    before: int
    now: int

    @property
    def is_forward(self) -> bool:
        """Fewer drops are better, of all else more."""
        return self.now < self.before if self.subject == "sub_thirty" else self.now > self.before


def trend(last_active_on: date | None, today: date, days: int, xp: int, before_xp: int) -> Trend:
    """Who did nothing in the last `days` days, today included, has stalled, and is idle after as many more.

    Of who works, the XP of the last `days` × 24 hours tells, against as many before: so no hour of the day is unfair.
    """
    if last_active_on is None or last_active_on <= today - timedelta(days=2 * days):
        return "idle"
    if last_active_on <= today - timedelta(days=days):
        return "stalled"
    return "even" if xp == before_xp else "up" if xp > before_xp else "down"


def steps_forward(this: WeekTotals, before: WeekTotals, rules: Rules) -> tuple[Step, ...]:
    """What is better than the week before.

    Shares are compared when both weeks have the calls that a badge's rate needs; one that is better by less than a
    whole percent is no step.
    """
    found = [
        Step("xp", before.xp, this.xp),
        Step("appointments", before.appointments, this.appointments),
        Step("calls", before.calls, this.calls),
    ]
    if min(this.calls, before.calls) >= rules.badges.rate_calls:
        found.append(Step("over_two_minutes", _percent(before.long_calls), _percent(this.long_calls)))
        found.append(Step("sub_thirty", _percent(before.drops), _percent(this.drops)))
    return tuple(step for step in found if step.is_forward)


def totals_between(
    calls: Iterable[Fact], set_at: Iterable[datetime], xp: int, since: datetime, until: datetime, rules: Rules
) -> WeekTotals:
    """What happened after `since`, up to `until`: of these calls, each counted once, and appointments."""
    metrics = rules.metrics
    durations = [call.duration_s for call in calls if since < call.occurred_at <= until]
    known = [duration_s for duration_s in durations if duration_s is not None]
    return WeekTotals(
        xp=xp,
        calls=len(durations),
        sub_thirty=sum(duration_s < metrics.sub_thirty_below_s for duration_s in known),
        over_two_minutes=sum(duration_s > metrics.two_minutes_above_s for duration_s in known),
        appointments=sum(since < at <= until for at in set_at),
    )


def weeks_back(today: date, count: int, length: int) -> tuple[tuple[date, date], ...]:
    """The first and last days of `count` weeks of `length` days, the oldest first; the last one ends today."""
    ends = [today - timedelta(days=length * n) for n in range(count)]
    return tuple((end - timedelta(days=length - 1), end) for end in reversed(ends))


def by_week(
    spans: Sequence[tuple[date, date]],
    days: Mapping[date, Mapping[str, int]],
    appointments: Iterable[date],
    xp: Sequence[int],
) -> tuple[Week, ...]:
    """The weeks of a rep: day totals by day, the days on which appointments were set, and XP by week."""
    set_on = list(appointments)
    return tuple(_week(first, last, days, set_on, paid) for (first, last), paid in zip(spans, xp, strict=True))


def appointment_times(facts: Mapping[str, KeptFact], rep: str, rules: Rules) -> list[datetime]:
    """When a rep set appointments, as they stand now; `facts` (by key) are those that say so, and their twins."""
    calls = counted_calls(facts)
    points = [
        Point(fact.met_at, fact.lead or fact.key, fact.held_at)
        for fact in (kept.fact for kept in facts.values())
        if fact.rep == rep and fact.met_at and fact.met_now and fact.live and (fact.kind != CALL or fact.key in calls)
    ]
    return [window.first_at for window in windows(points, rules.appointment_window_days)]


def _week(first: date, last: date, days: Mapping[date, Mapping[str, int]], set_on: Sequence[date], xp: int) -> Week:
    own = [counts for on, counts in days.items() if first <= on <= last]
    sums = {name: sum(counts[name] for counts in own) for name in ("calls", "sub_thirty", "over_two_minutes")}
    appointments = sum(first <= on <= last for on in set_on)
    return Week(
        first, last, WeekTotals(xp=xp, appointments=appointments, **sums), sum(counts["calls"] > 0 for counts in own)
    )


def _percent(rate: Rate) -> int:
    return round(100 * rate.have / rate.of) if rate.of else 0
