"""Waking a worker: a job on RQ's queue that says only "look". What to do stands in PostgreSQL."""

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from math import inf
from typing import cast

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, Retry
from rq.serializers import JSONSerializer

QUEUE = "repsync"
DIGEST = "worker.digest.digest_job"
PUBLISH = "worker.publish.publish_job"
SWEEP = "worker.sweep.sweep_job"
REDHAWK_HISTORY = "worker.redhawk_history.history_job"
MISSING = "worker.missing.missing_job"
AUDIT = "worker.audit_runs.audit_job"
JOBS = (DIGEST, PUBLISH, SWEEP, REDHAWK_HISTORY, MISSING, AUDIT)
_CLOCK = "repsync:clock"
_ATTENDED = "repsync:attended:"
_ATTENDED_S = 60  # who attends may die
_ENOUGH_WAITING = 2
_RETRIES = 3
TRIES = 1 + _RETRIES
_KEPT_S = 86_400  # failed jobs
# A job that fails for good is woken again after 1, 2, then 4 s, until none has failed for a minute (default).
_REST_S, _MOST_DOUBLINGS, _REMEMBERED_S = 1.0, 2, 60.0
NEVER = -1  # a first sweep takes as long as the workspace is large, an audit as long as the ledger is


class Wake:
    """Enqueues the jobs. Errors: `redis.exceptions.RedisError`; the clock wakes the work later."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def queue(self, job: str) -> Queue:
        """Each job has a queue of its own, so that a long sweep hides no waiting digest."""
        return Queue(queue_name(job), connection=self._redis, serializer=JSONSerializer)

    def __call__(self, job: str) -> None:
        """Nothing where somebody attends to the job: that one looks once more when it is done."""
        asked = self._redis.pipeline(transaction=False)
        asked.exists(_ATTENDED + job)
        asked.llen(self.queue(job).key)
        attended, waiting = asked.execute()
        if not attended and waiting < _ENOUGH_WAITING:
            self.surely(job)

    @contextmanager
    def attended(self, job: str) -> Iterator[None]:
        """For the only one who runs the job, and who looks once more behind this: a process for each wake is spared.

        A hint that may be missing; where it was left behind by one that died, the clock wakes `surely`.
        """
        with suppress(RedisError):
            self._redis.set(_ATTENDED + job, 1, ex=_ATTENDED_S)
        try:
            yield
        finally:
            with suppress(RedisError):
                self._redis.delete(_ATTENDED + job)

    def somebody_waits(self) -> bool:
        """Whether a job is in line, as every worker is busy; True also while Redis can't tell."""
        asked = self._redis.pipeline(transaction=False)
        for job in JOBS:
            asked.llen(self.queue(job).key)
        with suppress(RedisError):
            return any(asked.execute())
        return True

    def surely(self, job: str) -> None:
        """One waiting job looks at everything, so more than a few in line would find nothing to do."""
        queue = self.queue(job)
        if queue.count < _ENOUGH_WAITING and not self._rests(queue):
            timeout_s = NEVER if job in (SWEEP, AUDIT) else 600
            queue.enqueue(job, retry=Retry(max=_RETRIES), result_ttl=0, failure_ttl=_KEPT_S, job_timeout=timeout_s)

    def _rests(self, queue: Queue) -> bool:
        """Whether this kind of job failed just now, with all its tries: the clock wakes it when it has rested."""
        failed = queue.failed_job_registry.key  # by when RQ forgets them
        forgotten_at = time.time() + _KEPT_S
        since = forgotten_at - _REMEMBERED_S
        found = cast(list[tuple[bytes, float]], self._redis.zrangebyscore(failed, since, inf, withscores=True))
        lately = [forgotten for _, forgotten in found]
        if not lately:
            return False
        rest_s = _REST_S * 2.0 ** min(len(lately) - 1, _MOST_DOUBLINGS)
        return forgotten_at - max(lately) < rest_s * random.uniform(0.8, 1.2)  # noqa: S311

    def beat(self) -> None:
        """The clock has ticked: for those who look whether it lives."""
        self._redis.set(_CLOCK, datetime.now(UTC).isoformat())

    def ticked_at(self) -> datetime | None:
        """When the clock last ticked, as `last_beat_at`."""
        return last_beat_at(self._redis)


def last_beat_at(redis: Redis) -> datetime | None:
    """When the clock last ticked; None if never since Redis was emptied. Errors: `redis.exceptions.RedisError`."""
    told = redis.get(_CLOCK)
    return datetime.fromisoformat(told.decode()) if isinstance(told, bytes) else None


def queue_name(job: str) -> str:
    """`repsync-digest` for `worker.digest.digest_job`."""
    return f"{QUEUE}-{job.split('.')[1]}"


QUEUES = tuple(queue_name(job) for job in JOBS)
