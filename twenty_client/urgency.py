"""Who goes first when tokens are short: publishing before sweeping, sweeping before backfill."""

from enum import IntEnum
from math import ceil

from redis import Redis


class Urgency(IntEnum):
    """What a call is for; the lower goes first."""

    PUBLISH = 0
    SWEEP = 1
    BACKFILL = 2


# How long a call lets more urgent ones go before it. Not for ever: without sweeps nothing settles.
DEFERS_S = {Urgency.PUBLISH: 0.0, Urgency.SWEEP: 3.0, Urgency.BACKFILL: 8.0}


class Line:
    """Who waits for a token, across all processes. Says so for a while only, so that who dies waits no longer."""

    def __init__(self, redis: Redis, workspace: str) -> None:
        self._redis = redis
        self._key = f"repsync:twenty:{workspace}:waiting"

    def join(self, urgency: Urgency, wait_s: float) -> None:
        """A call of this urgency waits for `wait_s` more seconds."""
        self._redis.set(f"{self._key}:{urgency.value}", 1, px=ceil(wait_s * 1000) + 250)

    def somebody_before(self, urgency: Urgency) -> bool:
        """Whether a more urgent call waits."""
        keys = [f"{self._key}:{other.value}" for other in Urgency if other < urgency]
        return bool(keys) and bool(self._redis.exists(*keys))
