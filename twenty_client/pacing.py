"""Staying under the workspace's API budget, across all processes.

Twenty takes one token a call from one bucket for the whole workspace: 100 tokens, refilled over 60 s, for all
API keys together. We take a share of it, evenly spaced after a short burst (GCRA): evenly, because Twenty
rounds its refill down at every call, and a stall of a minute after a burst would hold up every rep.
"""

from time import monotonic, sleep
from typing import cast

from pyrate_limiter import GCRA, Decision, InMemoryStateStore, Rate, RedisStateStore, StateStore
from redis import Redis, RedisError

from twenty_client.errors import BudgetSpent
from twenty_client.redis_outage import RedisOutage

SHARE = 80  # of the 100 tokens a minute
LOCAL_SHARE = 20  # while Redis does not answer, and other processes cannot be seen
_MINUTE_MS = 60_000
_BURST_PART = 4


class Pacer:
    """Hands out one workspace's tokens: `share` a minute for all processes, after a burst of a quarter of it.

    So no 60 s ever see more than `share` x 1.25 calls, which is Twenty's whole bucket at the default of 80.
    While Redis is unreachable each process paces itself alone, at 20 a minute; `redis` should give up fast
    (see `impatient_redis`).
    """

    def __init__(self, redis: Redis, workspace: str, *, share: int = SHARE) -> None:
        self._shared = _Budget(RedisStateStore(redis, f"repsync:twenty:{workspace}:budget"), share)
        self._local = _Budget(InMemoryStateStore(), min(share, LOCAL_SHARE))
        self._outage = RedisOutage()

    def acquire(self, max_wait_s: float) -> None:
        """Take a token, waiting for it. Raises BudgetSpent at once if it takes longer than `max_wait_s`."""
        deadline_s = monotonic() + max_wait_s
        while wait_s := self._take():
            if monotonic() + wait_s > deadline_s:
                raise BudgetSpent(wait_s)
            sleep(wait_s)

    def _take(self) -> float:
        """0 if a token was taken, else the seconds until the next one is free."""
        if self._outage.over:
            try:
                return self._shared.take()
            except RedisError:
                self._outage.begin()
        return self._local.take()


class _Budget:
    def __init__(self, store: StateStore, share: int) -> None:
        self._store = store
        self._rates = [Rate(share, _MINUTE_MS, burst=max(share // _BURST_PART, 1))]
        self._algorithm = GCRA()

    def take(self) -> float:
        now_ms = cast(int, self._store.default_clock.now())
        decision = cast(Decision, self._store.check(self._algorithm, self._rates, now_ms, 1))
        return (decision.retry_after_ms or 0) / 1000
