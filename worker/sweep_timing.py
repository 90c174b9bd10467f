"""How often to sweep: a pure decision, with its reason."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from ledger.losses import Losses

QUICKEST = timedelta(minutes=1)  # the number
QUICK_FOR = timedelta(minutes=15)  # default: after the last loss, then half as often for as long, and so on
# default: a sweep takes about seven of the 20 calls of a burst
SLOWER = ((0.1, 4, "nearly spent"), (0.3, 2, "short"))


@dataclass(frozen=True, slots=True)
class SweepInterval:
    """How long after a sweep the next one is due, and why, in words."""

    length: timedelta
    reason: str


def decide_interval(configured: timedelta, losses: Losses, budget_left: float, now: datetime) -> SweepInterval:
    """The configured interval; a minute while webhooks get lost, and up to four times as long when calls are short.

    `losses` are those of the last hour, `budget_left` the part (0 to 1) of the burst that is free. After the last
    loss the interval goes back in steps of 15 minutes, so that a burst of losses doesn't make it jump to and fro.
    """
    length, reason = _by_losses(configured, losses, now)
    times, short = next(((times, word) for below, times, word in SLOWER if budget_left < below), (1, ""))
    if short:
        reason += f"; {times} times as long, as the budget of API calls is {short}"
    return SweepInterval(length * times, reason)


def _by_losses(configured: timedelta, losses: Losses, now: datetime) -> tuple[timedelta, str]:
    if losses.lost_at is None:
        return configured, "no webhook was lost lately"
    steps = max(now - losses.lost_at, timedelta()) // QUICK_FOR
    quick = QUICKEST * 2**steps
    if quick >= configured:
        return configured, "the last webhook was lost a while ago"
    count = losses.total
    return quick, f"webhooks told {count.told} of {count.of} changes since {losses.since_at:%H:%M} UTC"
