"""Which failures are tried again at once."""

import pickle

import pytest

from twenty_client.errors import (
    BudgetSpent,
    Duplicate,
    NotFound,
    Paused,
    RateLimited,
    ServerFault,
    TimedOut,
    TwentyError,
    Unauthorized,
    Unreachable,
    ValidationFailed,
    WrongAddress,
)
from twenty_client.retry import decide_retry


@pytest.mark.parametrize("error", [Unreachable(), ServerFault(), RateLimited(retry_after_s=0.3)])
def test_transient_is_tried_three_times(error: TwentyError) -> None:
    """What may pass is tried again after the first and the second failure, and not after the third."""
    assert [decide_retry(error, attempt, 0.5).retry for attempt in (1, 2, 3)] == [True, True, False]


@pytest.mark.parametrize(
    "error",
    [Unauthorized(), NotFound(), WrongAddress(), ValidationFailed(), Duplicate()],
    ids=lambda error: type(error).__name__,
)
def test_permanent_is_not_tried_again(error: TwentyError) -> None:
    """What would fail again is left alone."""
    assert not decide_retry(error, 1, 0.0).retry


@pytest.mark.parametrize(
    "error",
    [TimedOut(), Paused(5.0), BudgetSpent(3.0), RateLimited(), RateLimited(retry_after_s=17.0)],
    ids=lambda error: type(error).__name__,
)
def test_long_waits_are_the_queues(error: TwentyError) -> None:
    """What needs a long or unknown wait is not waited for here."""
    assert not decide_retry(error, 1, 1.0).retry


@pytest.mark.parametrize("jitter", [0.0, 0.5, 1.0])
def test_waits_are_short_and_grow(jitter: float) -> None:
    """The second wait is longer than the first, and both together are at most 5 s."""
    first_s, second_s = (decide_retry(Unreachable(), attempt, jitter).wait_s for attempt in (1, 2))
    assert 0 < first_s < second_s
    assert first_s + second_s <= 5.0


def test_jitter_spreads_the_waits() -> None:
    """Two processes that failed together do not come back together."""
    assert decide_retry(Unreachable(), 1, 0.0).wait_s != decide_retry(Unreachable(), 1, 1.0).wait_s


def test_a_refusal_is_not_tried_before_its_time() -> None:
    """After a 429 the wait is at least the one Twenty names."""
    decision = decide_retry(RateLimited(retry_after_s=0.9), 1, 1.0)
    assert decision.retry
    assert decision.wait_s >= 0.9
    assert not decide_retry(RateLimited(retry_after_s=0.9), 1, 0.0).retry


@pytest.mark.parametrize(
    "error",
    [
        Paused(5.0),
        BudgetSpent(3.0),
        RateLimited("slow", retry_after_s=1.0, status=429),
        ValidationFailed(messages=("m",)),
    ],
    ids=lambda error: type(error).__name__,
)
def test_errors_cross_processes(error: TwentyError) -> None:
    """An error keeps all it says when it is pickled."""
    copied = pickle.loads(pickle.dumps(error))
    assert (type(copied), str(copied), vars(copied)) == (type(error), str(error), vars(error))
