"""How many calls all processes made, by what they were for, since Redis was last emptied.

A workspace that nobody calls for a month is forgotten: Prometheus takes a counter that begins anew.
"""

from collections.abc import Mapping
from datetime import timedelta

from redis import Redis

from twenty_client.urgency import Urgency

REFUSED = "refused"
_MEMORY = timedelta(days=30)


class CallTotals:
    """Counts in one hash of a workspace. Errors: `redis.RedisError`."""

    def __init__(self, redis: Redis, workspace: str) -> None:
        self._redis = redis
        self._key = f"repsync:twenty:{workspace}:calls"

    def add(self, urgency: Urgency) -> None:
        """A call takes a token."""
        self._add(urgency.name.lower())

    def add_refused(self) -> None:
        """Twenty refused a call for rate (429)."""
        self._add(REFUSED)

    def read(self) -> Mapping[str, int]:
        """By the urgency's name in small letters, and under `refused`."""
        names = [*(urgency.name.lower() for urgency in Urgency), REFUSED]
        return {name: int(count or 0) for name, count in zip(names, self._redis.hmget(self._key, names), strict=True)}

    def _add(self, name: str) -> None:
        with self._redis.pipeline() as pipeline:
            pipeline.hincrby(self._key, name, 1)
            pipeline.expire(self._key, _MEMORY)
            pipeline.execute()
