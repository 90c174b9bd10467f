"""The sandbox's time, and its form on the wire."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


def _real_time() -> datetime:
    return datetime.now(UTC)


class SandboxClock:
    """Tells the sandbox what time it is: `createdAt`, `updatedAt`, `eventDate` and every answer's `Date` header.

    `now` returns an aware UTC datetime. The default is the real time.
    """

    def __init__(self, now: Callable[[], datetime] = _real_time) -> None:
        self._now = now

    @classmethod
    def starting_at(cls, started_at: datetime) -> "SandboxClock":
        """A clock that shows `started_at` now and runs on at real speed."""
        zero_s = time.monotonic()
        return cls(lambda: started_at + timedelta(seconds=time.monotonic() - zero_s))

    def now(self) -> datetime:
        return self._now().astimezone(UTC)

    def stamp(self) -> str:
        """Now, as Twenty writes it: `2026-11-21T02:48:02.272Z`."""
        return to_stamp(self.now())


def to_stamp(at: datetime) -> str:
    """Milliseconds, cut and not rounded, and a Z."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def from_stamp(stamp: str) -> datetime:
    """An aware UTC datetime; a time without an offset is UTC. Raises ValueError for anything else."""
    at = datetime.fromisoformat(stamp)
    return (at.replace(tzinfo=UTC) if at.tzinfo is None else at).astimezone(UTC)
