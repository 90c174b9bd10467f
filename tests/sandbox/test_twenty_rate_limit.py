"""The token bucket by a clock of the test's own: what passes at which pace."""

import pytest

from sandbox.twenty.errors import RefusedError
from sandbox.twenty.rate_limit import TokenBucket


class Pace:
    """Takes tokens of a bucket of 100 at a steady pace."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.bucket = TokenBucket(100, lambda: self.now_s)

    def passes(self) -> bool:
        try:
            self.bucket.take()
        except RefusedError:
            return False
        return True

    def passed(self, calls: int, *, every_s: float) -> int:
        """How many of the calls pass, the first of them `every_s` from now."""
        return sum(self._wait_and_call(every_s) for _ in range(calls))

    def _wait_and_call(self, wait_s: float) -> bool:
        self.now_s += wait_s
        return self.passes()


@pytest.fixture
def emptied() -> Pace:
    pace = Pace()
    assert pace.passed(101, every_s=0) == 100
    return pace


def test_a_burst_gets_the_whole_bucket_and_no_more() -> None:
    """Of 150 calls at once 100 pass."""
    assert Pace().passed(150, every_s=0) == 100


def test_calls_a_little_farther_apart_than_a_token_all_pass(emptied: Pace) -> None:
    """0.65 s apart (recorded: 86 a minute, the calls' own time included): each finds the one token it needs."""
    assert emptied.passed(92, every_s=0.65) == 92


def test_calls_a_little_closer_than_a_token_pass_every_second_time(emptied: Pace) -> None:
    """0.55 s apart (recorded: 58 a minute, not 100): what had gathered is lost at each success."""
    assert emptied.passed(109, every_s=0.55) == 54


def test_a_full_bucket_too_loses_what_had_gathered() -> None:
    """0.55 s apart no token ever comes back while there are some: 100 pass, then every second one."""
    pace = Pace()
    assert pace.passed(100, every_s=0.55) == 100
    assert pace.passed(10, every_s=0.55) == 5


def test_a_refusal_does_not_start_the_count_anew(emptied: Pace) -> None:
    """However often it is asked meanwhile, a token is there 0.6 s after the last success."""
    assert emptied.passed(59, every_s=0.01) == 0
    assert emptied.passed(1, every_s=0.011) == 1


def test_the_bucket_never_holds_more_than_its_capacity(emptied: Pace) -> None:
    """After an hour's rest 100 calls pass."""
    emptied.now_s += 3600
    assert emptied.passed(150, every_s=0) == 100


def test_a_refusal_is_a_429_in_the_recorded_words(emptied: Pace) -> None:
    """It tells the capacity and the period."""
    with pytest.raises(RefusedError, match=r"^Limit reached \(100 tokens per 60000 ms\)$") as refused:
        emptied.bucket.take()
    assert refused.value.status == 429


def test_without_a_limit_everything_passes() -> None:
    """`None` lifts the limit."""
    bucket = TokenBucket(None)
    for _ in range(1000):
        bucket.take()
