"""The call cadence: 4 touches on distinct days within 14 days."""

from datetime import date, timedelta

import pytest

from programs.progression.cadence import full_cadence
from programs.progression.rules import default_rules


@pytest.mark.parametrize(
    ("days", "full"),
    [
        ([], False),
        ([0, 2, 6], False),
        ([0, 2, 6, 9], True),
        ([9, 6, 2, 0], True),
        ([0, 0, 0, 0], False),
        ([0, 0, 2, 6], False),
        ([0, 1, 2, 13], True),
        ([0, 1, 2, 14], False),
        ([0, 20, 22, 26, 29], True),
        ([0, 5, 10, 15, 20, 25], False),
    ],
)
def test_four_distinct_days_within_fourteen_make_a_cadence(days: list[int], full: bool) -> None:
    """Days are counted once, in any order, anywhere in the lead's history; day 13 is within, day 14 is not."""
    first = date(2026, 11, 21)
    assert full_cadence([first + timedelta(days=n) for n in days], default_rules()) is full
