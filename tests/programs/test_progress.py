"""Progress: what is better than the week before, who moves, and which week a day belongs to."""

import itertools
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from programs.progression.facts import Fact, KeptFact
from programs.progression.levels import level_for, level_start
from programs.progression.progress import (
    Step,
    Week,
    WeekTotals,
    appointment_days,
    by_week,
    steps_forward,
    trend,
    weeks_back,
)
from programs.progression.rules import default_rules

RULES = default_rules()
TODAY = date(2026, 11, 18)
MET_AT = datetime(2026, 11, 17, 2, tzinfo=UTC)


def _week(appointments: int = 0, **totals: int) -> Week:
    return Week(TODAY - timedelta(days=6), TODAY, WeekTotals(**totals), call_days=5, appointments=appointments)


def test_only_what_is_better_is_a_step() -> None:
    """More XP, calls and appointments are steps; what is as it was or less is none."""
    before = _week(appointments=2, xp=100, calls=10)
    assert steps_forward(_week(appointments=3, xp=90, calls=10), before, RULES) == (Step("appointments", 2, 3),)
    assert [step.subject for step in steps_forward(_week(2, xp=101, calls=11), before, RULES)] == ["xp", "calls"]


def test_fewer_drops_are_a_step_and_more_are_none() -> None:
    """Of calls under 30 s less is better, of calls beyond two minutes more."""
    before = _week(calls=100, sub_thirty=50, over_two_minutes=20)
    better = steps_forward(_week(calls=100, sub_thirty=40, over_two_minutes=25), before, RULES)
    assert better == (Step("over_two_minutes", 20, 25), Step("sub_thirty", 50, 40))
    assert steps_forward(_week(calls=100, sub_thirty=60, over_two_minutes=15), before, RULES) == ()


@pytest.mark.parametrize("calls", [(49, 50), (50, 49)])
def test_shares_of_few_calls_are_not_compared(calls: tuple[int, int]) -> None:
    """Below the 50 calls that a badge's rate needs, in either week, a share tells nothing."""
    this, before = calls
    found = steps_forward(_week(calls=this, sub_thirty=1), _week(calls=before, sub_thirty=40), RULES)
    assert "sub_thirty" not in [step.subject for step in found]


@pytest.mark.parametrize(
    ("this", "before", "found"),
    [
        (WeekTotals(xp=5, activities=1), WeekTotals(xp=2, activities=1), "up"),
        (WeekTotals(xp=2, activities=1), WeekTotals(xp=5, activities=9), "down"),
        (WeekTotals(xp=5, activities=1), WeekTotals(xp=5, activities=3), "even"),
        (WeekTotals(), WeekTotals(activities=1), "stalled"),
        (WeekTotals(), WeekTotals(), "idle"),
    ],
)
def test_trends(this: WeekTotals, before: WeekTotals, found: str) -> None:
    """Who stopped working has stalled, who never did is idle; among who works XP tells who is ahead."""
    assert trend(this, before) == found


def test_weeks_end_today_and_touch() -> None:
    """The last week ends today, and no day is in two weeks or in none."""
    spans = weeks_back(TODAY, 3, 7)
    assert spans[-1] == (date(2026, 11, 12), TODAY)
    assert [later[0] - earlier[1] for earlier, later in itertools.pairwise(spans)] == [timedelta(days=1)] * 2


def test_days_are_counted_in_their_week() -> None:
    """A week has its own days alone, and says on how many of them the rep called."""
    day = {"calls": 10, "known_durations": 9, "sub_thirty": 3, "over_two_minutes": 2, "activities": 11}
    trained = dict.fromkeys(day, 0) | {"activities": 1}
    days = {date(2026, 11, 11): day, date(2026, 11, 12): day, TODAY: day, date(2026, 11, 13): trained}
    first, last = by_week(weeks_back(TODAY, 2, 7), days, [TODAY, date(2026, 11, 11)], [40, 90])
    assert (first.totals.calls, first.call_days, first.appointments, first.totals.xp) == (10, 1, 1, 40)
    assert (last.totals.calls, last.call_days, last.appointments, last.totals.activities) == (20, 2, 1, 23)
    assert last.calls_a_day == 10


def _met(key: str, kind: str = "call", twin_of: str | None = None, *, live: bool = True, now: bool = True) -> KeptFact:
    fact = Fact(key, kind, "jane", MET_AT, live=live, lead="kim", met_at=MET_AT, met_now=now)
    return KeptFact(fact, twin_of=twin_of)


def test_an_appointment_counts_once_on_its_day() -> None:
    """The note and the deal of one appointment are one, on the day in the rep's zone; what is gone counts no more."""
    zone = ZoneInfo("America/New_York")
    facts = {"note:1": _met("note:1"), "note:2": _met("note:2", twin_of="note:1"), "o:3": _met("o:3", "opportunity")}
    assert appointment_days(facts, zone, RULES) == [date(2026, 11, 16)]
    gone = {"note:1": _met("note:1", live=False), "o:3": _met("o:3", "opportunity", now=False)}
    assert appointment_days(gone, zone, RULES) == []


@pytest.mark.parametrize("level", [1, 2, 14, 15, 16, 40])
def test_a_level_begins_where_the_one_before_ends(level: int) -> None:
    """The XP that a level begins with reaches it, and one less does not."""
    begins = level_start(level, RULES)
    assert level_for(begins, RULES) == level
    assert level == 1 or level_for(begins - 1, RULES) == level - 1
