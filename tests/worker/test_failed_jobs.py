"""RQ's failed jobs: what is told of them, having their work done again, and waking less while it fails."""

from datetime import UTC, datetime

import pytest
from redis import Redis
from rq import SimpleWorker
from rq.serializers import JSONSerializer
from sqlalchemy import Engine

from accounts.failed_jobs import FailedJobs, QueueAway
from ledger.engine import connect_engine, transaction
from worker import digest
from worker.failed_jobs import error_of, failed_jobs, requeue_failed
from worker.parts import Parts, install
from worker.wake import DIGEST, PUBLISH, Wake


@pytest.fixture
def engine(database_url: str) -> Engine:
    """An empty ledger."""
    return connect_engine(database_url)


@pytest.fixture
def wake(redis_url: str) -> Wake:
    """Empty queues."""
    return Wake(Redis.from_url(redis_url))


def _fail(wake: Wake, redis_url: str, monkeypatch: pytest.MonkeyPatch, times: int = 1) -> None:
    """Digests fail for good, over and over."""

    def fail(*_: object) -> int:
        raise ValueError("Call - Kim Secret")

    install(Parts(None, None, None, None, wake))  # type: ignore[arg-type]
    with monkeypatch.context() as patched:
        patched.setattr(digest, "held_alone", fail)
        patched.setattr(Wake, "_rests", lambda *_: False)
        redis = Redis.from_url(redis_url)
        for _ in range(times):
            wake(DIGEST)
            SimpleWorker([wake.queue(DIGEST)], connection=redis, serializer=JSONSerializer).work(burst=True)


def test_a_failed_job_is_told_by_class_and_place(wake: Wake, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tried four times; when, what, and no message."""
    assert failed_jobs(wake) == FailedJobs([], 0)
    _fail(wake, redis_url, monkeypatch)
    (job,) = failed_jobs(wake).jobs
    assert (job.what, job.tries) == ("digest", 4)
    assert job.error.startswith("ValueError at test_failed_jobs.py:")
    assert job.failed_at is not None
    assert abs((datetime.now(UTC) - job.failed_at).total_seconds()) < 60
    assert "Kim" not in str(job)


@pytest.mark.parametrize(
    ("trace", "told"),
    [
        ("Traceback\n  x\nworker.failures.JobFailed: KeyError at digest.py:81", "KeyError at digest.py:81"),
        ("Traceback\nKeyError: 'Call - Kim Secret'", "KeyError"),
        ("Traceback\nredis.exceptions.ConnectionError: Error 111 to 10.0.0.1", "ConnectionError"),
        ("Moved to FailedJobRegistry, due to AbandonedJobError, at 2026-11-21", "AbandonedJobError"),
        ("Traceback\nValueError: Kim\nSecret words", "unknown"),
        ("", "unknown"),
    ],
)
def test_errors_lose_their_message(trace: str, told: str) -> None:
    """Only what our own jobs told is more than a class."""
    assert error_of(trace) == told


def test_one_run_does_the_work_of_all_that_failed(
    wake: Wake, engine: Engine, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three are cleared, one waits in line, an audit row says who; those that were not chosen stay."""
    _fail(wake, redis_url, monkeypatch, times=4)
    ids = [job.id for job in failed_jobs(wake).jobs]
    monkeypatch.setattr(Wake, "_rests", lambda *_: False)
    assert requeue_failed(engine, wake, ids[:3], "ana") == 3
    assert [job.id for job in failed_jobs(wake).jobs] == ids[3:]
    assert (wake.queue(DIGEST).count, wake.queue(PUBLISH).count) == (1, 0)
    assert requeue_failed(engine, wake, ids[:3], "ana") == 0
    assert requeue_failed(engine, wake, None, "bob") == 1
    with transaction(engine) as connection:
        rows = connection.exec_driver_sql("SELECT actor, action, after FROM audit_log ORDER BY id").all()
    assert [tuple(row) for row in rows] == [("ana", "requeue", {"digest": 3}), ("bob", "requeue", {"digest": 1})]


def test_a_page_is_a_part_of_the_list(wake: Wake, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """And says how many there are in all; beyond the end there is none."""
    _fail(wake, redis_url, monkeypatch, times=3)
    whole = failed_jobs(wake)
    assert (len(whole.jobs), whole.count) == (3, 3)
    assert failed_jobs(wake, 1, 1) == FailedJobs(whole.jobs[1:2], 3)
    assert failed_jobs(wake, 3, 1) == FailedJobs([], 3)


def test_redis_away_is_a_clear_answer(engine: Engine) -> None:
    """Its class, no address."""
    away = Wake(Redis.from_url("redis://127.0.0.1:1"))
    for ask in (lambda: failed_jobs(away), lambda: requeue_failed(engine, away, None, "ana")):
        with pytest.raises(QueueAway, match=r"Redis is unavailable \(ConnectionError\)"):
            ask()


def test_what_fails_for_good_is_woken_less(wake: Wake, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A minute after the first failure, 4 after many, and other jobs as ever (in the product: seconds)."""
    monkeypatch.setattr("worker.wake._REST_S", 60.0)
    monkeypatch.setattr("worker.wake._REMEMBERED_S", 3600.0)
    _fail(wake, redis_url, monkeypatch)
    wake(DIGEST)
    wake(PUBLISH)
    assert (wake.queue(DIGEST).count, wake.queue(PUBLISH).count) == (0, 1)
    _age(wake, 78)
    wake(DIGEST)
    assert wake.queue(DIGEST).count == 1
    wake.queue(DIGEST).empty()
    _fail(wake, redis_url, monkeypatch, times=5)
    _age(wake, 3 * 60)
    wake(DIGEST)
    assert wake.queue(DIGEST).count == 0
    _age(wake, 2 * 60)
    wake(DIGEST)
    assert wake.queue(DIGEST).count == 1


def _age(wake: Wake, seconds: float) -> None:
    """So much time has passed since all that failed."""
    registry = wake.queue(DIGEST).failed_job_registry
    for job_id in registry.get_job_ids(cleanup=False):
        registry.connection.zincrby(registry.key, -seconds, job_id)
