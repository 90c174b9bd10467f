"""The streak: consecutive active days."""

from datetime import date, timedelta

import pytest

from programs.progression.streaks import streak_days

TODAY = date(2026, 12, 2)


@pytest.mark.parametrize(
    ("days_ago", "streak"),
    [
        ([], 0),
        ([0], 1),
        ([1], 1),
        ([2], 0),
        ([0, 1, 2, 3, 4], 5),
        ([1, 2, 3], 3),
        ([0, 2, 3], 1),
        ([0, 0, 1, 1], 2),
        ([-1, 0], 1),
    ],
)
def test_a_streak_ends_today_or_yesterday(days_ago: list[int], streak: int) -> None:
    """Today without activity does not break it yet, a missed day does; a month's end (day 2 ago) does not."""
    assert streak_days([TODAY - timedelta(days=n) for n in days_ago], TODAY) == streak


def test_a_streak_counts_across_the_end_of_february_in_a_leap_year() -> None:
    """28 and 29 February and 1 March 2028 are three days in a row."""
    assert streak_days([date(2028, 2, 28), date(2028, 2, 29), date(2028, 3, 1)], date(2028, 3, 1)) == 3
