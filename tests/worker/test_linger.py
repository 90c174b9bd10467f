"""How long the publisher waits for company."""

import pytest

from worker.linger import LONGEST_S, MOST_REPS, linger_s


@pytest.mark.parametrize(
    ("left", "waiting", "seconds"),
    [
        (1.0, 1, 0.0),
        (0.5, 1, 0.0),
        (0.25, 1, 1.5),
        (0.0, 1, 3.0),
        (0.0, MOST_REPS - 1, 3.0),
        (0.0, MOST_REPS, 0.0),
        (0.0, 500, 0.0),
        (0.0, 0, 0.0),
    ],
)
def test_it_waits_the_longer_the_less_budget_is_left(left: float, waiting: int, seconds: float) -> None:
    """Not at all with half of the burst left, a full batch or nobody waiting; never more than 3 s."""
    assert linger_s(left, waiting) == seconds <= LONGEST_S
