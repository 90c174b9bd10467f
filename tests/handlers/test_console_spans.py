"""How long something took or waits, on a page."""

import pytest

from handlers.console.filters import span


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (None, "–"),
        (0, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (3_599, "59 min"),
        (3_660, "1 h 1 min"),
        (86_400 + 59 * 60, "1 d"),
        (4 * 86_400 + 3 * 3_600 + 120, "4 d 3 h"),
        (-5, "0 s"),
    ],
)
def test_a_span_is_told_by_its_largest_part_and_the_next(seconds: float | None, told: str) -> None:
    """Days go with hours, hours with minutes; seconds stand alone."""
    assert span(seconds) == told
