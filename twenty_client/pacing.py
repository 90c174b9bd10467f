"""Staying under the workspace's API budget, across all processes.

Twenty takes one token a call from one bucket for the whole workspace: 100 tokens, refilled over 60 s, for all
API keys together. We take a share of it, evenly spaced after a short burst (GCRA): evenly, because Twenty
rounds its refill down at every call, and a stall of a minute after a burst would hold up every rep.
"""

from collections.abc import Callable
from time import monotonic, sleep
from typing import TypeVar, cast

from pyrate_limiter import GCRA, Decision, InMemoryStateStore, Rate, RedisStateStore, StateStore
from pyrate_limiter.abstracts import State
from redis import Redis, RedisError

from twenty_client.call_totals import CallTotals
from twenty_client.errors import BudgetSpent, RateLimited
from twenty_client.learned_share import LearnedShare
from twenty_client.redis_outage import RedisOutage
from twenty_client.urgency import DEFERS_S, Line, Urgency

SHARE = 80  # of the 100 tokens a minute
LOCAL_SHARE = 20  # while Redis does not answer, and other processes cannot be seen
_MINUTE_MS = 60_000
_BURST_PART = 4
_YIELD_S = 0.25
T = TypeVar("T")


class Pacer:
    """Hands out one workspace's tokens: `share` a minute for all processes, after a burst of a quarter of it.

    So no 60 s ever see more than `share` x 1.25 calls, which is Twenty's whole bucket at the default of 80. After a
    refusal for rate the share is smaller for a while. More urgent calls go first. While Redis is unreachable each
    process paces itself alone, at 20 a minute; `redis` should give up fast (see `impatient_redis`).
    """

    def __init__(self, redis: Redis, workspace: str, *, share: int = SHARE) -> None:
        self._shared = _Budget(RedisStateStore(redis, f"repsync:twenty:{workspace}:budget"))
        self._local = _Budget(InMemoryStateStore())
        self._local_share = min(share, LOCAL_SHARE)
        self._learned = LearnedShare(redis, workspace, share)
        self._line = Line(redis, workspace)
        self._totals = CallTotals(redis, workspace)
        self._outage = RedisOutage()

    def acquire(self, max_wait_s: float, urgency: Urgency = Urgency.PUBLISH) -> None:
        """Take a token, waiting for it. Raises BudgetSpent at once if it takes longer than `max_wait_s`."""
        began_s = monotonic()
        while wait_s := self._yield_s(urgency, began_s) or self._take():
            if monotonic() + wait_s > began_s + max_wait_s:
                raise BudgetSpent(wait_s)
            self.announce(urgency, wait_s)
            sleep(wait_s)
        self._asked(lambda: self._totals.add(urgency), otherwise=None)

    def announce(self, urgency: Urgency, wait_s: float) -> None:
        """A call of this urgency comes within so many seconds: less urgent ones let it go first, as they do in line."""
        self._asked(lambda: self._line.join(urgency, wait_s), otherwise=None)

    def learn(self, *, refused: RateLimited | None = None, limit: int | None = None) -> None:
        """What an answer told: that Twenty refused a call for rate, or how many calls a minute there are for all."""
        if refused is not None:
            self._asked(self._learned.refused, otherwise=None)
            self._asked(self._totals.add_refused, otherwise=None)
        if limit is not None:
            self._asked(lambda: self._learned.stated(limit), otherwise=None)

    def share(self) -> int:
        """Calls a minute that we take now: of all processes together, or of this one while Redis is away."""
        return self._asked(self._learned.now, otherwise=self._local_share)

    def left(self) -> float:
        """How much of the burst is free now, 0 to 1: at 0 the next call has to wait."""
        shared = self._asked(lambda: self._shared.left(self._learned.now()), otherwise=None)
        return self._local.left(self._local_share) if shared is None else shared

    def _yield_s(self, urgency: Urgency, began_s: float) -> float:
        """A moment's wait while somebody more urgent waits, as long as this call defers at all."""
        if monotonic() - began_s >= DEFERS_S[urgency]:
            return 0.0
        return _YIELD_S if self._asked(lambda: self._line.somebody_before(urgency), otherwise=False) else 0.0

    def _take(self) -> float:
        """0 if a token was taken, else the seconds until the next one is free."""
        shared_s = self._asked(lambda: self._shared.take(self._learned.now()), otherwise=None)
        return self._local.take(self._local_share) if shared_s is None else shared_s

    def _asked(self, ask: Callable[[], T], *, otherwise: T) -> T:
        """What Redis says; `otherwise` while it does not answer."""
        if self._outage.over:
            try:
                return ask()
            except RedisError:
                self._outage.begin()
        return otherwise


class _Budget:
    def __init__(self, store: StateStore) -> None:
        self._store = store
        self._algorithm = GCRA()

    def take(self, share: int) -> float:
        decision = cast(Decision, self._store.check(self._algorithm, _rates(share), self._now_ms(), 1))
        return (decision.retry_after_ms or 0) / 1000

    def left(self, share: int) -> float:
        rates = _rates(share)
        state = cast(State, self._store.read(self._algorithm, rates))
        used = self._algorithm.consumed(rates, state, self._now_ms())
        return max(0.0, 1 - used / rates[0].burst)

    def _now_ms(self) -> int:
        return cast(int, self._store.default_clock.now())


def burst(share: int) -> int:
    """Calls that can be made at once after a quiet minute, where `share` a minute are ours."""
    return max(share // _BURST_PART, 1)


def _rates(share: int) -> list[Rate]:
    return [Rate(share, _MINUTE_MS, burst=burst(share))]
