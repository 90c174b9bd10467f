"""How long the publisher waits for company."""

import pytest

from worker.linger import MOST_REPS, linger_s

SHARE, BURST = 80, 20


@pytest.mark.parametrize(
    ("free", "waiting", "seconds"),
    [
        (20, 1, 0.0),
        (7, 1, 0.0),
        (6, 1, 0.75),
        (5, 1, 1.5),
        (0, 1, 1.5),
        (5, MOST_REPS - 1, 1.5),
        (5, MOST_REPS, 0.0),
        (1, MOST_REPS, 0.75),
        (0, MOST_REPS, 1.5),
        (0, 0, 0.0),
    ],
)
def test_it_waits_for_the_calls_of_a_round_and_for_company(free: int, waiting: int, seconds: float) -> None:
    """Not at all while calls are to spare or nobody waits; a full batch for its own two calls alone."""
    assert linger_s(free / BURST, SHARE, waiting) == pytest.approx(seconds)


@pytest.mark.parametrize("calls_a_minute", [1, 2, 5, 10, 20, 80, 400])
def test_under_steady_work_rounds_follow_each_other_as_the_budget_allows(calls_a_minute: int) -> None:
    """However small it is: no call is left over for ever, and none is asked for that never comes free."""
    most = max(calls_a_minute // 4, 1)
    free, waits_s = float(most), []
    for _ in range(200):
        waits_s.append(linger_s(free / most, calls_a_minute, 30))
        free = min(free + waits_s[-1] * calls_a_minute / 60, most) - 2
    assert waits_s[-1] == pytest.approx(2 * 60 / calls_a_minute)


def test_calls_that_others_take_are_not_waited_for_twice() -> None:
    """A sweep that makes a call whenever one comes free does not keep the publisher from asking for its own."""
    assert [linger_s(0.0, SHARE, 30, waited_s) for waited_s in (0.0, 1.0, 1.5, 9.0)] == [1.5, 0.5, 0.0, 0.0]
