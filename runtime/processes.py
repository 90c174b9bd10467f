"""The long-running processes: worker and clock."""

import signal
import threading
from datetime import timedelta

from redis import Redis
from rq import Queue, Worker
from rq.serializers import JSONSerializer
from rq.worker import DequeueStrategy

from ledger.migrate import upgrade
from runtime.bootstrap import worker_parts
from runtime.settings import Settings
from worker.clock import run_clock
from worker.parts import install
from worker.wake import QUEUES

HEARTBEAT_S = 60  # a worker that was killed is forgotten a minute later, not after eight as RQ would have it


def run_worker(settings: Settings) -> None:
    """Serves the queues until told to stop; a job that is running is finished first."""
    upgrade(settings.database_url)
    install(worker_parts(settings))
    redis = Redis.from_url(settings.redis_url)
    queues = [Queue(name, connection=redis, serializer=JSONSerializer) for name in QUEUES]
    worker = Worker(queues, connection=redis, serializer=JSONSerializer, worker_ttl=HEARTBEAT_S)
    # In turn: under steady traffic the digest's queue is never empty, and publishing must not wait for that.
    worker.work(logging_level="WARNING", dequeue_strategy=DequeueStrategy.ROUND_ROBIN)


def run_clock_process(settings: Settings) -> None:
    """Ticks until told to stop."""
    upgrade(settings.database_url)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    run_clock(worker_parts(settings), timedelta(seconds=settings.sweep_interval_s), stop.is_set)
