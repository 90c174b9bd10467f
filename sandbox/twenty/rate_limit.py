"""The token bucket of the workspace: 100 calls a minute, refilled steadily."""

import time
from collections.abc import Callable
from threading import Lock

from sandbox.twenty.errors import limit_reached

PERIOD_S = 60.0


class TokenBucket:
    """`capacity` tokens that refill within 60 s of real time; None means no limit.

    Only whole tokens are added, and each success starts the count anew: the part of a token that had gathered is
    lost. So calls a little farther apart than 60 s / `capacity` all pass, and a little closer only every second.
    `now_s` is a clock that never goes back, in seconds.
    """

    def __init__(self, capacity: int | None, now_s: Callable[[], float] | None = None) -> None:
        self._capacity = capacity
        self._tokens = capacity or 0
        self._now_s = now_s or time.monotonic
        self._counted_from_s = self._now_s()
        self._lock = Lock()

    def take(self) -> None:
        """Uses one token. Raises RefusedError (429) when there is none."""
        if self._capacity is None:
            return
        with self._lock:
            now_s = self._now_s()
            gained = int((now_s - self._counted_from_s) * self._capacity / PERIOD_S)
            tokens = min(self._capacity, self._tokens + gained)
            if tokens < 1:
                raise limit_reached(self._capacity)
            self._tokens = tokens - 1
            self._counted_from_s = now_s
