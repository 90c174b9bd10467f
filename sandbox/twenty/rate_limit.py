"""The token bucket of the workspace: 100 calls a minute, refilled steadily."""

import time
from threading import Lock

from sandbox.twenty.errors import limit_reached

PERIOD_S = 60.0


class TokenBucket:
    """`capacity` tokens that refill evenly within 60 s of real time; None means no limit."""

    def __init__(self, capacity: int | None) -> None:
        self._capacity = capacity
        self._tokens = float(capacity or 0)
        self._filled_s = time.monotonic()
        self._lock = Lock()

    def take(self) -> None:
        """Uses one token. Raises RefusedError (429) when there is none."""
        if self._capacity is None:
            return
        with self._lock:
            self._refill(self._capacity)
            if self._tokens < 1:
                raise limit_reached(self._capacity)
            self._tokens -= 1

    def _refill(self, capacity: int) -> None:
        now_s = time.monotonic()
        gained = (now_s - self._filled_s) * capacity / PERIOD_S
        self._tokens = min(float(capacity), self._tokens + gained)
        self._filled_s = now_s
