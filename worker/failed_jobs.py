"""RQ's jobs that failed for good, and having them done again.

A job says only "look": one run does what all failed ones of its kind should have done, and the clock wakes it anyhow
while such work waits. So requeueing wakes each kind once, and clears what failed.
"""

import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import cast

from redis.exceptions import RedisError
from rq.job import Job
from rq.registry import FailedJobRegistry
from rq.serializers import JSONSerializer
from sqlalchemy import Engine

from accounts.failed_jobs import FailedJob, FailedJobs, QueueAway
from ledger.audit import add
from ledger.engine import transaction
from worker.wake import JOBS, TRIES, Wake

_TOLD = re.compile(r"(?:[\w.]+\.)?JobFailed: (\w+(?: at [\w.]+:\d+)?)")  # worker.failures.JobFailed
_ABANDONED = re.compile(r"due to (\w+)")
_CLASS = re.compile(r"(?:\w+\.)*(\w+)(?::|$)")


def failed_jobs(wake: Wake, first: int = 0, most: int | None = None) -> FailedJobs:
    """Those of the last day from number `first` (0, the newest) on, `most` at most; no others are read.

    Errors: `QueueAway`.
    """
    with _told_when_away():
        failed = sorted((entry for path in JOBS for entry in _entries(wake, path)), reverse=True)
        shown = failed[first : None if most is None else first + most]
        paths = {job: path for _, job, path in shown}
        return FailedJobs([_told(job, paths[job.id]) for job in _jobs(wake, list(paths))], len(failed))


def _entries(wake: Wake, path: str) -> list[tuple[float, str, str]]:
    """(until when it is kept, its id, its path) of each: who failed later is kept longer."""
    registry = _registry(wake, path)
    kept = cast(list[tuple[bytes, float]], registry.connection.zrange(registry.key, 0, -1, withscores=True))
    return [(until, job.decode(), path) for job, until in kept]


def requeue_failed(engine: Engine, wake: Wake, ids: Collection[str] | None, actor: str) -> int:
    """Has the work of these failed jobs (None: of all) done again; returns how many there were.

    An audit row is kept. Errors: `QueueAway`, `LedgerUnavailable`.
    """
    with _told_when_away():
        failed = {path: [job for _, job, _ in _entries(wake, path) if ids is None or job in ids] for path in JOBS}
        chosen = {path: _jobs(wake, these) for path, these in failed.items()}
        count = sum(map(len, chosen.values()))
        if not count:
            return 0
        _audit(engine, {path: jobs for path, jobs in chosen.items() if jobs}, actor)
        for path, jobs in chosen.items():
            for job in jobs:
                _registry(wake, path).remove(job, delete_job=True)
            if jobs:
                wake(path)
    return count


def _registry(wake: Wake, path: str) -> FailedJobRegistry:
    registry: FailedJobRegistry = wake.queue(path).failed_job_registry
    return registry


def _jobs(wake: Wake, ids: Collection[str]) -> list[Job]:
    """What was planted, and can't be read, is none of ours."""
    connection = _registry(wake, JOBS[0]).connection
    jobs = Job.fetch_many(ids, connection=connection, serializer=JSONSerializer)
    return [job for job in jobs if job is not None]


def _told(job: Job, path: str) -> FailedJob:
    tries = TRIES - (job.retries_left or 0)
    result = job.latest_result()
    trace = result.exc_string if result else None
    return FailedJob(job.id, path.split(".")[1], _aware(job.ended_at), tries, error_of(trace or ""))


def error_of(trace: str) -> str:
    """The error's class, and its place where the job told that itself; never the message of another error."""
    last = trace.strip().rpartition("\n")[2]
    found = _TOLD.match(last) or (last.startswith("Moved to") and _ABANDONED.search(last)) or _CLASS.match(last)
    return found[1] if found else "unknown"


def _aware(at: datetime | None) -> datetime | None:
    return at if at is None or at.tzinfo else at.replace(tzinfo=UTC)


def _audit(engine: Engine, chosen: dict[str, list[Job]], actor: str) -> None:
    counts = {path.split(".")[1]: len(jobs) for path, jobs in chosen.items()}
    with transaction(engine) as connection:
        add(connection, actor=actor, action="requeue", subject="jobs", after=counts)


@contextmanager
def _told_when_away() -> Iterator[None]:
    try:
        yield
    except RedisError as error:
        raise QueueAway(f"Redis is unavailable ({type(error).__name__})") from None
