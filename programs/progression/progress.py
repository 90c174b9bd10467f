"""Progress: one week of a rep against the week before, so that who improves is seen, and who stalls too."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo
from typing import Literal

from programs.progression.appointments import Point, windows
from programs.progression.efficiency import Rate
from programs.progression.facts import CALL, KeptFact, counted_calls
from programs.progression.rules import Rules

Trend = Literal["up", "even", "down", "stalled", "idle"]
Subject = Literal["xp", "calls", "appointments", "sub_thirty", "over_two_minutes"]


@dataclass(frozen=True, slots=True)
class WeekTotals:
    """What a rep did in so many days as rates are recent over (7, LIDS): counts, and the XP that was paid for it."""

    xp: int = 0
    calls: int = 0
    known_durations: int = 0
    sub_thirty: int = 0
    over_two_minutes: int = 0
    activities: int = 0

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
    appointments: int

    @property
    def calls_a_day(self) -> float | None:
        """Of the days on which the rep called; None without."""
        return self.totals.calls / self.call_days if self.call_days else None


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


def trend(this: WeekTotals, before: WeekTotals) -> Trend:
    """Who did something the week before and nothing since has stalled; who did neither is idle; else XP tells."""
    if not this.activities:
        return "stalled" if before.activities else "idle"
    return "even" if this.xp == before.xp else "up" if this.xp > before.xp else "down"


def steps_forward(this: Week, before: Week, rules: Rules) -> tuple[Step, ...]:
    """What is better than the week before.

    Shares are compared when both weeks have the calls that a badge's rate needs; one that is better by less than a
    whole percent is no step.
    """
    new, old = this.totals, before.totals
    found = [
        Step("xp", old.xp, new.xp),
        Step("appointments", before.appointments, this.appointments),
        Step("calls", old.calls, new.calls),
    ]
    if min(new.calls, old.calls) >= rules.badges.rate_calls:
        found.append(Step("over_two_minutes", _percent(old.long_calls), _percent(new.long_calls)))
        found.append(Step("sub_thirty", _percent(old.drops), _percent(new.drops)))
    return tuple(step for step in found if step.is_forward)


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


def appointment_days(facts: Mapping[str, KeptFact], zone: tzinfo, rules: Rules) -> list[date]:
    """The days on which a rep set appointments, as they stand now; `facts` (by key) are those that say so."""
    calls = counted_calls(facts)
    points = [
        Point(fact.met_at, fact.lead or fact.key, fact.held_at)
        for fact in (kept.fact for kept in facts.values())
        if fact.met_at and fact.met_now and fact.live and (fact.kind != CALL or fact.key in calls)
    ]
    return [each.first_at.astimezone(zone).date() for each in windows(points, rules.appointment_window_days)]


def _week(first: date, last: date, days: Mapping[date, Mapping[str, int]], set_on: Sequence[date], xp: int) -> Week:
    own = [counts for on, counts in days.items() if first <= on <= last]
    names = ("calls", "known_durations", "sub_thirty", "over_two_minutes", "activities")
    sums = {name: sum(counts[name] for counts in own) for name in names}
    return Week(
        first_on=first,
        last_on=last,
        totals=WeekTotals(xp=xp, **sums),
        call_days=sum(counts["calls"] > 0 for counts in own),
        appointments=sum(first <= on <= last for on in set_on),
    )


def _percent(rate: Rate) -> int:
    return round(100 * rate.have / rate.of) if rate.of else 0
