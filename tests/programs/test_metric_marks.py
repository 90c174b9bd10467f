"""Marks: the shares that ranks and badges ask for, and where a rep stands among them."""

import pytest

from programs.progression.efficiency import Rate
from programs.progression.metric_marks import METRICS, Mark, marked, marks_of
from programs.progression.rules import default_rules

RULES = default_rules()
DROPS = marks_of("sub_thirty_drop", RULES)


def test_marks_come_from_ranks_and_badges_the_easiest_first() -> None:
    """Of drops less is better: E-4's and the badge's bronze come first, platinum last."""
    assert [(mark.percent, mark.of) for mark in DROPS] == [
        (50, "E-4"),
        (50, "opener_elite.bronze"),
        (40, "opener_elite.silver"),
        (35, "opener_elite.gold"),
        (30, "opener_elite.platinum"),
    ]
    assert [mark.of for mark in marks_of("call_to_appointment", RULES)][:2] == ["conversion_champion.bronze", "E-5"]


def test_every_metric_has_marks() -> None:
    """No metric is shown without anything to hold it against."""
    assert all(marks_of(metric, RULES) for metric in METRICS.values())


@pytest.mark.parametrize(
    ("have", "reached", "following"),
    [
        (51, None, "E-4"),
        (50, None, "E-4"),
        (49, "opener_elite.bronze", "opener_elite.silver"),
        (29, "opener_elite.platinum", None),
    ],
)
def test_a_share_stands_between_two_marks(have: int, reached: str | None, following: str | None) -> None:
    """What is met and what comes next; a bound itself is not below it."""
    found = marked(Rate(have, 100), DROPS)
    assert (found.reached and found.reached.of, found.following and found.following.of) == (reached, following)


def test_without_data_nothing_is_met() -> None:
    """No calls are no good rate."""
    found = marked(Rate(0, 0), DROPS)
    assert (found.reached, found.following) == (None, DROPS[0])
    assert marked(Rate(0, 0), marks_of("show", RULES)).reached is None


def test_a_strict_bound_must_be_passed() -> None:
    """A rank asks for more than 5 %, a badge for 5 % at least."""
    rate = Rate(5, 100)
    assert Mark(5, "conversion_champion.silver").met_by(rate)
    assert not Mark(5, "E-5", strict=True).met_by(rate)
