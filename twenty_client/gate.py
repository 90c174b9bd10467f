"""When Twenty is down or refuses, everything that calls it pauses together."""

from collections.abc import Callable
from typing import TypeVar

from redis import Redis, RedisError

from twenty_client.errors import (
    Paused,
    RateLimited,
    ServerFault,
    TimedOut,
    TwentyError,
    Unauthorized,
    Unreachable,
)
from twenty_client.pauses import LocalPauses, Pauses, RedisPauses
from twenty_client.redis_outage import RedisOutage

_FIRST_PAUSE_S = 5.0
# So that work goes on within 30 s of Twenty's return, however long it was away.
_LONGEST_PAUSE_S = 20.0
# A 500 that speaks about the data of one request.
_DATA_FAULT = "Data validation error."

T = TypeVar("T")


def pause_s(error: TwentyError, failures: int) -> float:
    """How long everybody pauses after the error: 5, 10, then 20 s with the failures before it in a row.

    0 if the error says nothing about other calls. A longer time named by Twenty counts.
    """
    if not concerns_all(error):
        return 0.0
    grown_s = min(_FIRST_PAUSE_S * 2.0 ** min(failures, 10), _LONGEST_PAUSE_S)
    return max(grown_s, _named_s(error))


def concerns_all(error: TwentyError) -> bool:
    """Whether the error would meet other calls too, and not only the one that failed."""
    if isinstance(error, ServerFault):
        return (error.status or 0) >= 500 and error.message != _DATA_FAULT
    if isinstance(error, Unauthorized):
        return error.status in (401, 403)
    return isinstance(error, Unreachable | TimedOut | RateLimited)


def _named_s(error: TwentyError) -> float:
    return (error.retry_after_s or 0.0) if isinstance(error, RateLimited) else 0.0


class Gate:
    """The pause all processes of a workspace share through Redis; each for itself while Redis is down.

    `redis` should give up fast (see `impatient_redis`).
    """

    def __init__(self, redis: Redis, workspace: str) -> None:
        self._shared = RedisPauses(redis, workspace)
        self._local = LocalPauses()
        self._outage = RedisOutage()

    def check(self) -> None:
        """Raises Paused while a pause is on."""
        if left_s := self._kept(lambda pauses: pauses.left_s()):
            raise Paused(left_s)

    def report(self, error: TwentyError) -> None:
        """A call failed: pause everybody if the error concerns every call."""
        if concerns_all(error):
            self._kept(lambda pauses: _begin(pauses, error))

    def report_success(self) -> None:
        """A call succeeded: the next failure is the first again. A pause that is on stays."""
        self._kept(lambda pauses: pauses.forget())

    def _kept(self, act: Callable[[Pauses], T]) -> T:
        if self._outage.over:
            try:
                return act(self._shared)
            except RedisError:
                self._outage.begin()
        return act(self._local)


def _begin(pauses: Pauses, error: TwentyError) -> None:
    pauses.begin(pause_s(error, pauses.failures()), type(error).__name__)
    pauses.lengthen(_named_s(error))
