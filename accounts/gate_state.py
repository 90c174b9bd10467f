"""The gate of Twenty's API as it is told: whether calls pause, since when, until when, and why."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from twenty_client.pauses import RedisPauses


@dataclass(frozen=True, slots=True)
class GateState:
    """`open`: calls go out. `closed`: all pause until `until_at`. `trying`: the next call shows whether it is over.

    `since_at` is when the first call of those failed that have failed in a row since, `failures` how many pauses that
    made, `reason` the class of the error that began the pause.
    """

    state: Literal["open", "closed", "trying"]
    since_at: datetime | None = None
    until_at: datetime | None = None
    reason: str | None = None
    failures: int = 0


def gate_state(pauses: RedisPauses, now: datetime) -> GateState:
    """How it stands for all processes. Errors: `redis.exceptions.RedisError`."""
    reason, left_s, failures, since_at = pauses.reason(), pauses.left_s(), pauses.failures(), pauses.since_at()
    if left_s > 0:
        return GateState("closed", since_at, now + timedelta(seconds=left_s), reason, failures)
    return GateState("trying", since_at, failures=failures) if failures else GateState("open")
