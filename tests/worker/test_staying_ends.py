"""When a job that stays in its worker has to leave it."""

import os
import signal
from collections.abc import Iterator

import pytest
from redis import Redis
from rq.serializers import JSONSerializer

from worker.rq_worker import JobWorker
from worker.turns import STAY
from worker.wake import DIGEST, PUBLISH, Wake


@pytest.fixture
def worker(redis_url: str) -> Iterator[JobWorker]:
    """In this process, whose signals are as before afterwards."""
    kinds = (signal.SIGTERM, signal.SIGINT, signal.SIGRTMIN)
    before = [signal.getsignal(kind) for kind in kinds]
    wake = Wake(Redis.from_url(redis_url))
    yield JobWorker([wake.queue(DIGEST)], connection=Redis.from_url(redis_url), serializer=JSONSerializer)
    STAY.end()
    for kind, handler in zip(kinds, before, strict=True):
        signal.signal(kind, handler)


def test_a_work_horse_stays_until_it_is_told_to_end(worker: JobWorker) -> None:
    """SIGTERM does not break off its work."""
    assert not STAY.allowed
    worker.setup_work_horse_signals()
    assert STAY.allowed
    os.kill(os.getpid(), signal.SIGTERM)
    assert not STAY.allowed


def test_a_worker_that_is_told_to_end_tells_its_work_horse(worker: JobWorker) -> None:
    """Who ends a service may signal the worker alone, which waits for its job."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if not (horse := os.fork()):
        signal.pause()
        os._exit(0)
    worker._horse_pid = horse
    worker.handle_warm_shutdown_request()
    assert os.waitstatus_to_exitcode(os.waitpid(horse, 0)[1]) == -signal.SIGTERM
    worker.handle_warm_shutdown_request()  # it is gone already


def test_any_job_in_line_waits_for_a_worker(redis_url: str) -> None:
    """Whatever its kind; nobody can tell while Redis is away, and a job that stays would keep its worker from it."""
    wake = Wake(Redis.from_url(redis_url))
    assert not wake.somebody_waits()
    wake.surely(PUBLISH)
    assert wake.somebody_waits()
    assert Wake(Redis.from_url("redis://127.0.0.1:1")).somebody_waits()
