"""Metrics of the processes: workers, the clock, RQ's queues, and what the receivers turned away."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

from prometheus_client.core import Metric
from redis import Redis

from handlers.refusal_totals import RefusalTotals
from handlers.rejections import Rejection
from onboarding.doctor.processes import see_workers
from runtime.metrics.families import Labelled, age_s, counters, gauge, gauges
from worker.wake import JOBS, QUEUES, Wake, last_beat_at

SILENT = timedelta(minutes=2)  # RQ's heartbeat comes once a minute
OF_WEBHOOKS = (
    Rejection.TOO_LARGE,
    Rejection.INCOMPLETE,
    Rejection.NOT_CONFIGURED,
    Rejection.BAD_HEADERS,
    Rejection.BAD_SIGNATURE,
    Rejection.STALE,
    Rejection.NOT_JSON,
    Rejection.LEDGER_UNAVAILABLE,
)


def process_metrics(redis: Redis, wake: Wake, refusals: RefusalTotals) -> Iterator[Metric]:
    """Errors: `redis.exceptions.RedisError`."""
    yield gauges(
        "workers", "Workers that live, by the queue that they serve.", ["queue"], _by_queue(alive_workers(redis))
    )
    yield gauge("clock_age_seconds", "Since the clock's last tick.", age_s(last_beat_at(redis)))
    queues = [wake.queue(job) for job in JOBS]
    waiting = [((queue.name,), queue.count) for queue in queues]
    yield gauges("queue_jobs", "Jobs in line.", ["queue"], waiting)
    failed = _by_queue(failed_jobs(wake))
    yield gauges("failed_jobs", "Jobs of the last day that failed for good.", ["queue"], failed)
    none = {(source, reason.value): 0 for source in ("twenty", "redhawk") for reason in OF_WEBHOOKS}
    refused = {**none, **refusals.read()}.items()
    yield counters("requests_refused", "Requests that were turned away.", ["source", "reason"], refused)


def alive_workers(redis: Redis) -> dict[str, int]:
    """How many live, by the queue that they serve. Errors: `redis.exceptions.RedisError`."""
    now = datetime.now(UTC)
    alive = [worker for worker in see_workers(redis) if worker.heard_at and now - worker.heard_at < SILENT]
    return {queue: sum(queue in worker.queues for worker in alive) for queue in QUEUES}


def failed_jobs(wake: Wake) -> dict[str, int]:
    """How many jobs of the last day failed for good, by queue. Errors: `redis.exceptions.RedisError`."""
    queues = [wake.queue(job) for job in JOBS]
    return {queue.name: queue.failed_job_registry.get_job_count(cleanup=False) for queue in queues}


def _by_queue(counts: Mapping[str, int]) -> Labelled:
    return [((queue,), count) for queue, count in counts.items()]
