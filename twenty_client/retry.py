"""Whether a failed call is tried again at once. Pure: the client does it, and the job queue waits longer."""

from dataclasses import dataclass

from twenty_client.errors import (
    BudgetSpent,
    Paused,
    PermanentError,
    RateLimited,
    TimedOut,
    TwentyError,
)

MOST_ATTEMPTS = 3
_WAITS_S = (0.5, 2.0)  # doubled at most by the jitter: 5 s in all


@dataclass(frozen=True)
class RetryDecision:
    """Try again after `wait_s`, or not; `reason` is for the log."""

    retry: bool
    wait_s: float
    reason: str


def decide_retry(error: TwentyError, attempt: int, jitter: float) -> RetryDecision:
    """What to do after the failure of try number `attempt` (1 is the first); `jitter` is from 0 to 1.

    At most 3 tries and 5 s of waiting. A refusal for rate is not tried again before the time Twenty names,
    and not here if it names none; a call that already took its whole time is left to the queue.
    """
    if reason := _against(error, attempt):
        return RetryDecision(False, 0.0, reason)
    wait_s = _WAITS_S[attempt - 1] * (1 + jitter)
    if not isinstance(error, RateLimited):
        return RetryDecision(True, wait_s, "transient")
    if error.retry_after_s is None or error.retry_after_s > wait_s:
        return RetryDecision(False, 0.0, "rate limited for longer than a short wait")
    return RetryDecision(True, wait_s, "rate limited for a moment")


def _against(error: TwentyError, attempt: int) -> str | None:
    if isinstance(error, PermanentError):
        return "permanent"
    if isinstance(error, Paused | BudgetSpent):
        return "not sent, and its wait is longer than a short one"
    if isinstance(error, TimedOut):
        return "timed out: another try would take as long"
    return "no tries left" if attempt >= MOST_ATTEMPTS else None
