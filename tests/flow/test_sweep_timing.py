"""How often sweeps are due, and why."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from ledger.losses import LossCount, Losses
from worker.sweep_timing import decide_interval

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def _decided(minutes_ago: float | None, left: float = 1.0, configured_s: int = 300) -> tuple[float, str]:
    """Seconds and reason, when the last loss was found so many minutes ago."""
    lost_at = None if minutes_ago is None else NOW - timedelta(minutes=minutes_ago)
    losses = Losses(NOW - timedelta(hours=1), {"note": LossCount(27, 13)}, lost_at, None)
    found = decide_interval(timedelta(seconds=configured_s), losses, left, NOW)
    return found.length.total_seconds(), found.reason


@pytest.mark.parametrize(
    ("minutes_ago", "left", "configured_s", "seconds"),
    [
        (None, 1.0, 300, 300),
        (0, 1.0, 300, 60),
        (14.9, 1.0, 300, 60),
        (15, 1.0, 300, 120),
        (30, 1.0, 300, 240),
        (45, 1.0, 300, 300),
        (-1, 1.0, 300, 60),
        (None, 0.3, 300, 300),
        (None, 0.29, 300, 600),
        (None, 0.09, 300, 1200),
        (0, 0.0, 300, 240),
        (0, 1.0, 20, 20),
        (0, 0.0, 20, 80),
    ],
)
def test_the_interval_follows_losses_and_budget(
    minutes_ago: float | None, left: float, configured_s: int, seconds: float
) -> None:
    """A minute while webhooks get lost, up to four times as long when calls are short, never slower by a loss."""
    assert _decided(minutes_ago, left, configured_s)[0] == seconds


def test_the_interval_says_why() -> None:
    """In words, for the console and the doctor; they stay while nothing changes but time."""
    assert _decided(None)[1] == "no webhook was lost lately"
    assert _decided(1)[1] == _decided(2)[1] == "webhooks told 27 of 40 changes since 11:00 UTC"
    assert _decided(None, 0.2)[1] == _decided(None, 0.21)[1]
    assert _decided(50, 0.0)[1] == (
        "the last webhook was lost a while ago; 4 times as long, as the budget of API calls is nearly spent"
    )


def test_a_burst_of_losses_does_not_make_it_flap() -> None:
    """Losses found now and then within a quarter of an hour keep it at a minute; after the last it only grows."""
    found_at = [0, 3, 4, 17, 31]
    steady = [_decided(minute - max(at for at in found_at if at <= minute))[0] for minute in range(46)]
    assert set(steady) == {60}
    after = [_decided(minutes)[0] for minutes in range(90)]
    assert all(one <= other for one, other in pairwise(after))
    assert len(set(after)) == 4
