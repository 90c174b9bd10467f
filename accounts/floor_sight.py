"""What Redis tells of the floor, as the console and the doctor look at it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class RedisSight:
    """One look.

    `calls_per_minute`: our share of Twenty's calls now; `budget_left`: the part (0 to 1) of the burst that is free.
    `pause_s`: how long all calls to Twenty still pause, for the error class `pause_reason`; 0 and None while they go.
    `workers`: those alive by the queue that they serve. `ticked_at`: the clock's last tick. `failed_jobs`: for good,
    in the last day.
    """

    calls_per_minute: int
    budget_left: float
    pause_s: float
    pause_reason: str | None
    workers: Mapping[str, int]
    ticked_at: datetime | None
    failed_jobs: int
