"""Bars and charts of the console: what they draw, and the words that say the same."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from handlers.console.bars import badge_bar, gate_bar, metric_bar
from handlers.console.filters import percent
from handlers.console.week_charts import HEIGHT, week_charts, week_rows
from programs.progression.efficiency import Rate
from programs.progression.metric_marks import METRICS, Marked, marked, marks_of
from programs.progression.progress import Week, WeekTotals
from programs.progression.rules import default_rules

RULES = default_rules()
FIRST = date(2026, 8, 31)


def _metric(have: int, of: int) -> Marked:
    return marked(Rate(have, of), marks_of("sub_thirty_drop", RULES))


def test_a_bar_shows_the_share_between_its_marks() -> None:
    """The scale leaves a quarter beyond the greatest mark; both marks are where their shares are."""
    bar = metric_bar(_metric(45, 100))
    assert (bar.fill, bar.reached, bar.following, bar.tone) == (72.0, 80.0, 64.0, "good")
    assert bar.counts == "45 of 100"
    assert bar.told == "meets Opener Elite bronze: below 50 %; next Opener Elite silver: below 40 %"


@pytest.mark.parametrize(
    ("have", "of", "tone"), [(0, 0, "none"), (60, 100, "low"), (45, 100, "good"), (10, 100, "top")]
)
def test_a_bar_tells_how_far_it_is(have: int, of: int, tone: str) -> None:
    """No data, no mark met, some, all: four looks."""
    assert metric_bar(_metric(have, of)).tone == tone


def test_a_share_beyond_the_scale_fills_the_bar() -> None:
    """Nothing is drawn outside of a bar."""
    bar = metric_bar(_metric(100, 100))
    assert bar.fill == 100
    assert bar.following == 50


@pytest.mark.parametrize(
    ("have", "need", "fill", "mark"),
    [
        (25, 100, 25.0, None),
        (150, 100, 100.0, None),
        (None, 80, 0.0, None),
        ("41.20 %", "< 50 %", 65.92, 80.0),
        (None, "> 5 %", 0.0, 80.0),
        ("91.00 %", "< 50 %", 100.0, 54.95),
        (None, "leadership_certification", None, None),
        (None, "team metrics", None, None),
    ],
)
def test_gates_are_bars_where_something_is_counted(
    have: object, need: object, fill: float | None, mark: float | None
) -> None:
    """Counts fill up to what is needed, shares stand beside their bound; a certificate has no bar."""
    gate = {"rank": "E-4", "gate": "dials", "need": need, "have": have, "met": False, "reason": ""}
    bar = gate_bar(gate)
    assert (bar.fill, bar.mark) == (fill, mark)


def test_a_badge_to_come_names_its_tier() -> None:
    """The words are those of people, not the ids."""
    bar = badge_bar({"badge": "opener_elite", "tier": "silver", "need": 10, "have": 4, "reason": "x"})
    assert (bar.name, bar.told, bar.fill, bar.met) == ("Opener Elite silver", "4 of 10", 40.0, False)


def _weeks(calls: list[int]) -> list[Week]:
    return [
        Week(
            FIRST + timedelta(days=7 * n),
            FIRST + timedelta(days=7 * n + 6),
            WeekTotals(xp=count, calls=count, sub_thirty=count // 2),
            call_days=5 if count else 0,
        )
        for n, count in enumerate(calls)
    ]


METRIC_MARKS = {name: marked(Rate(0, 0), marks_of(metric, RULES)) for name, metric in METRICS.items()}


def test_charts_show_recent_weeks_against_all() -> None:
    """The last four weeks stand out; averages leave out the weeks before the rep's first."""
    xp, calls, *_ = week_charts(_weeks([0, 0, 0, 10, 20, 30, 40, 50]), METRIC_MARKS)
    assert (xp.recent, xp.all, xp.better) == ("35.0", "30.0", True)
    assert (calls.recent, calls.all) == ("7.0", "6.0")
    assert [bar.recent for bar in xp.bars] == [False] * 4 + [True] * 4
    assert (xp.bars[-1].height, xp.bars[-1].y) == (HEIGHT, 0)


def test_a_week_without_calls_has_no_share() -> None:
    """No call is not the same as no drop: the bar is left out, the table has a dash."""
    drops = week_charts(_weeks([0, 10]), METRIC_MARKS)[2]
    assert [bar.told for bar in drops.bars] == [None, "50 %"]
    assert week_rows(_weeks([0, 10]))[1] == (FIRST, ("0.0", "–", "–", "–", "0.0"))


def test_more_drops_are_not_better() -> None:
    """A chart of drops is better when it falls."""
    weeks = _weeks([10, 10, 10, 10, 10])
    worse = [*weeks[:4], replace(weeks[4], totals=replace(weeks[4].totals, sub_thirty=10))]
    better = [*weeks[:4], replace(weeks[4], totals=replace(weeks[4].totals, sub_thirty=0))]
    assert week_charts(worse, METRIC_MARKS)[2].better is False
    assert week_charts(better, METRIC_MARKS)[2].better is True
    assert week_charts(weeks, METRIC_MARKS)[2].better is None


def test_a_mark_lies_within_the_drawing() -> None:
    """The line of the next mark is drawn at its height, and the scale makes room for it."""
    drops = week_charts(_weeks([10]), METRIC_MARKS)[2]
    assert (drops.mark, drops.mark_y) == ("50 %", 0.0)


@pytest.mark.parametrize(
    ("value", "said"),
    [(2 / 76, "2.6 %"), (0.2999, "29.9 %"), (0.03, "3 %"), (0.29, "29 %"), (1.0, "100 %"), (0, "0 %"), (None, "–")],
)
def test_a_share_is_not_rounded_up_to_a_mark_that_it_does_not_meet(value: float | None, said: str) -> None:
    """`3 %, meets no mark yet, next: at least 3 %` would be read as a fault."""
    assert percent(value) == said
