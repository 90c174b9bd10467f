"""RQ workers as processes. `python -m bench.rq_workers QUEUE` serves one queue alone, with repsync's parts."""

import sys

from redis import Redis
from rq import Queue, Worker
from rq.serializers import JSONSerializer

from bench.plant import wait_for
from runtime.bootstrap import worker_parts
from runtime.startup import configured
from worker.parts import install

PATIENCE_S = 30.0


def wait_for_workers(redis_url: str, number: int) -> None:
    """Returns when so many wait for jobs. Errors: `NotDone`."""
    with Redis.from_url(redis_url) as redis:
        wait_for(lambda: Worker.count(connection=redis) >= number, PATIENCE_S, f"{number} workers")


def serve(queue: str) -> None:
    """Runs the queue's jobs until told to stop, each in a process of its own, as RQ does."""
    settings = configured()
    install(worker_parts(settings))
    redis = Redis.from_url(settings.redis_url)
    queues = [Queue(queue, connection=redis, serializer=JSONSerializer)]
    Worker(queues, connection=redis, serializer=JSONSerializer).work(logging_level="WARNING")


if __name__ == "__main__":
    serve(sys.argv[1])
