"""A pause of all calls to Twenty: how long it still lasts, and how many failures in a row led to it."""

from datetime import UTC, datetime
from time import monotonic
from typing import Protocol

from redis import Redis

# Failures further apart than this do not belong together.
MEMORY_S = 600


class Pauses(Protocol):
    """Where the pause is kept."""

    def left_s(self) -> float:
        """Seconds until calls may go out again; 0 if they may now."""

    def failures(self) -> int:
        """Failures in a row that began a pause."""

    def begin(self, pause_s: float, reason: str) -> None:
        """Begin a pause and count a failure, unless a pause is on: calls under way fail for one reason."""

    def lengthen(self, pause_s: float) -> None:
        """Let the pause last at least so long."""

    def forget(self) -> None:
        """Calls succeed: no failures. A pause that is on stays: the call was under way when it began."""


class RedisPauses:
    """The pause of every process of a workspace."""

    def __init__(self, redis: Redis, workspace: str) -> None:
        self._redis = redis
        self._pause = f"repsync:twenty:{workspace}:pause"
        self._failures = f"repsync:twenty:{workspace}:failures"
        self._since = f"repsync:twenty:{workspace}:failing_since"

    def left_s(self) -> float:
        """Seconds until calls may go out again."""
        return max(self._redis.pttl(self._pause), 0) / 1000

    def reason(self) -> str | None:
        """The class of the error that began the pause; None while there is none."""
        told = self._redis.get(self._pause)
        return told.decode() if isinstance(told, bytes) else None

    def failures(self) -> int:
        """Failures in a row that began a pause."""
        return int(self._redis.get(self._failures) or 0)

    def since_at(self) -> datetime | None:
        """When the first of the failures in a row was."""
        told = self._redis.get(self._since)
        return datetime.fromisoformat(told.decode()) if isinstance(told, bytes) else None

    def begin(self, pause_s: float, reason: str) -> None:
        """Begin a pause and count a failure, unless a pause is on."""
        if self._redis.set(self._pause, reason, px=int(pause_s * 1000), nx=True):
            with self._redis.pipeline() as pipeline:
                pipeline.incr(self._failures)
                pipeline.expire(self._failures, MEMORY_S)
                pipeline.set(self._since, datetime.now(UTC).isoformat(), nx=True)
                pipeline.expire(self._since, MEMORY_S)
                pipeline.execute()

    def lengthen(self, pause_s: float) -> None:
        """Let the pause last at least so long."""
        if pause_s > self.left_s():
            self._redis.pexpire(self._pause, int(pause_s * 1000))

    def forget(self) -> None:
        """No failures, unless a pause is on."""
        if not self.left_s():
            self._redis.delete(self._failures, self._since)


class LocalPauses:
    """The pause of this process alone, while Redis does not answer."""

    def __init__(self) -> None:
        self._until_s = 0.0
        self._count = 0

    def left_s(self) -> float:
        """Seconds until calls may go out again."""
        return max(self._until_s - monotonic(), 0.0)

    def failures(self) -> int:
        """Failures in a row that began a pause."""
        return self._count

    def begin(self, pause_s: float, reason: str) -> None:  # noqa: ARG002 - nobody looks into this process
        """Begin a pause and count a failure, unless a pause is on."""
        if not self.left_s():
            self._until_s = monotonic() + pause_s
            self._count += 1

    def lengthen(self, pause_s: float) -> None:
        """Let the pause last at least so long."""
        self._until_s = max(self._until_s, monotonic() + pause_s)

    def forget(self) -> None:
        """No failures, unless a pause is on."""
        if not self.left_s():
            self._count = 0
