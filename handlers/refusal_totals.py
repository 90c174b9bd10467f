"""How many requests all receivers turned away, since Redis was last emptied."""

from collections import Counter
from collections.abc import Mapping
from threading import Lock

from redis import Redis
from redis.exceptions import RedisError

from handlers.rejections import Rejection
from twenty_client.redis_outage import RedisOutage

_KEY = "repsync:refused"


class RefusalTotals:
    """Safe to use from many threads. What Redis can't take now is counted here and told with the next one."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._outage = RedisOutage()
        self._lock = Lock()
        self._untold: Counter[str] = Counter()

    def add(self, source: str, reason: Rejection) -> None:
        """Counts one; never raises."""
        with self._lock:
            self._untold[f"{source}:{reason.value}"] += 1
        if self._outage.over:
            self._tell()

    def read(self) -> Mapping[tuple[str, str], int]:
        """All by (source, reason). Errors: `redis.exceptions.RedisError`."""
        counts = self._redis.hgetall(_KEY)
        split = ((name.partition(b":"), int(count)) for name, count in counts.items() if isinstance(name, bytes))
        return {(source.decode(), reason.decode()): count for (source, _, reason), count in split}

    def _tell(self) -> None:
        with self._lock:
            told, self._untold = self._untold, Counter()
        try:
            with self._redis.pipeline() as pipeline:
                for name, count in told.items():
                    pipeline.hincrby(_KEY, name, count)
                pipeline.execute()
        except RedisError:
            self._outage.begin()
            with self._lock:
                self._untold += told
