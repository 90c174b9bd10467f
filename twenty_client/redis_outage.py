"""Doing without Redis for a while: what is kept there only makes calls to Twenty politer."""

from time import monotonic

from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

_REST_S = 5.0
_TIMEOUT_S = 1.0


def impatient_redis(url: str) -> Redis:
    """A client that gives up after one more try and 1 s of silence; redis-py's own defaults take 4 to 60 s."""
    return Redis.from_url(
        url,
        retry=Retry(NoBackoff(), 1),
        socket_timeout=_TIMEOUT_S,
        socket_connect_timeout=_TIMEOUT_S,
    )


class RedisOutage:
    """Remembers that Redis did not answer, so that not every call waits for it to fail again.

    Over at first; `begin` starts it anew, and it is over by itself after 5 s.
    """

    def __init__(self) -> None:
        self._until_s = 0.0

    def begin(self) -> None:
        """Redis failed just now."""
        self._until_s = monotonic() + _REST_S

    @property
    def over(self) -> bool:
        """Whether Redis may be asked (again)."""
        return monotonic() >= self._until_s
