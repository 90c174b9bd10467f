"""Progress: what is better than the week before, who moves, and which week a day belongs to."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from programs.progression.facts import Fact, KeptFact
from programs.progression.levels import level_for, level_start
from programs.progression.progress import (
    Step,
    WeekTotals,
    appointment_times,
    by_week,
    steps_forward,
    totals_between,
    trend,
    weeks_back,
)
from programs.progression.rules import default_rules

RULES = default_rules()
TODAY = date(2026, 11, 18)
MET_AT = datetime(2026, 11, 17, 2, tzinfo=UTC)


def test_only_what_is_better_is_a_step() -> None:
    """More XP, calls and appointments are steps; what is as it was or less is none."""
    before = WeekTotals(appointments=2, xp=100, calls=10)
    assert steps_forward(WeekTotals(appointments=3, xp=90, calls=10), before, RULES) == (Step("appointments", 2, 3),)
    more = steps_forward(WeekTotals(appointments=2, xp=101, calls=11), before, RULES)
    assert [step.subject for step in more] == ["xp", "calls"]


def test_fewer_drops_are_a_step_and_more_are_none() -> None:
    """Of calls under 30 s less is better, of calls beyond two minutes more."""
    before = WeekTotals(calls=100, sub_thirty=50, over_two_minutes=20)
    better = steps_forward(WeekTotals(calls=100, sub_thirty=40, over_two_minutes=25), before, RULES)
    assert better == (Step("over_two_minutes", 20, 25), Step("sub_thirty", 50, 40))
    assert steps_forward(WeekTotals(calls=100, sub_thirty=60, over_two_minutes=15), before, RULES) == ()


@pytest.mark.parametrize("calls", [(49, 50), (50, 49)])
def test_shares_of_few_calls_are_not_compared(calls: tuple[int, int]) -> None:
    """Below the 50 calls that a badge's rate needs, in either week, a share tells nothing."""
    this, before = WeekTotals(calls=calls[0], sub_thirty=1), WeekTotals(calls=calls[1], sub_thirty=40)
    assert "sub_thirty" not in [step.subject for step in steps_forward(this, before, RULES)]


@pytest.mark.parametrize(
    ("days_ago", "xp", "before_xp", "found"),
    [
        (0, 5, 2, "up"),
        (6, 2, 5, "down"),
        (6, 5, 5, "even"),
        (7, 5, 2, "stalled"),
        (13, 0, 2, "stalled"),
        (14, 0, 0, "idle"),
        (None, 0, 0, "idle"),
    ],
)
def test_trends(days_ago: int | None, xp: int, before_xp: int, found: str) -> None:
    """Who did nothing for a week has stalled, after two is idle; among who works XP tells who is ahead."""
    last_on = None if days_ago is None else TODAY - timedelta(days=days_ago)
    assert trend(last_on, TODAY, 7, xp, before_xp) == found


def test_a_week_to_the_hour_has_what_happened_in_it() -> None:
    """Calls and appointments after its beginning and up to its end; the bounds of 30 s and 2 minutes are not within."""
    since, until = MET_AT, MET_AT + timedelta(days=7)
    times = [(since, 5), (until, 5), (until, 30), (until, 29), (until, 120), (until, 121), (until, None)]
    calls = [Fact(f"note:{n}", "call", "jane", at, live=True, duration_s=s) for n, (at, s) in enumerate(times)]
    late = Fact("note:9", "call", "jane", until + timedelta(seconds=1), live=True, duration_s=5)
    assert totals_between([*calls, late], [since, until], 40, since, until, RULES) == WeekTotals(40, 6, 2, 1, 1)


def test_weeks_end_today_and_touch() -> None:
    """The last week ends today, and no day is in two weeks or in none."""
    spans = weeks_back(TODAY, 3, 7)
    assert spans[-1] == (date(2026, 11, 12), TODAY)
    assert [later[0] - earlier[1] for earlier, later in pairwise(spans)] == [timedelta(days=1)] * 2


def test_days_are_counted_in_their_week() -> None:
    """A week has its own days alone, and says on how many of them the rep called."""
    day = {"calls": 10, "sub_thirty": 3, "over_two_minutes": 2}
    trained = dict.fromkeys(day, 0)
    days = {date(2026, 11, 11): day, date(2026, 11, 12): day, TODAY: day, date(2026, 11, 13): trained}
    first, last = by_week(weeks_back(TODAY, 2, 7), days, [TODAY, date(2026, 11, 11)], [40, 90])
    assert (first.totals, first.call_days) == (WeekTotals(40, 10, 3, 2, 1), 1)
    assert (last.totals, last.call_days) == (WeekTotals(90, 20, 6, 4, 1), 2)


def _met(
    key: str, kind: str = "call", twin_of: str | None = None, *, live: bool = True, now: bool = True, rep: str = "jane"
) -> KeptFact:
    fact = Fact(key, kind, rep, MET_AT, live=live, lead="kim", met_at=MET_AT, met_now=now)
    return KeptFact(fact, twin_of=twin_of)


def test_an_appointment_counts_once() -> None:
    """The notes and the deal of one appointment are one; what is gone or another rep's counts not."""
    facts = {"note:1": _met("note:1"), "note:2": _met("note:2", twin_of="note:1"), "o:3": _met("o:3", "opportunity")}
    assert appointment_times(facts, "jane", RULES) == [MET_AT]
    gone = {"note:1": _met("note:1", live=False), "o:3": _met("o:3", "opportunity", now=False)}
    assert appointment_times(gone, "jane", RULES) == []
    assert appointment_times({"note:1": _met("note:1", rep="jony")}, "jane", RULES) == []


@pytest.mark.parametrize("level", [1, 2, 14, 15, 16, 40])
def test_a_level_begins_where_the_one_before_ends(level: int) -> None:
    """The XP that a level begins with reaches it, and one less does not."""
    begins = level_start(level, RULES)
    assert level_for(begins, RULES) == level
    assert level == 1 or level_for(begins - 1, RULES) == level - 1
