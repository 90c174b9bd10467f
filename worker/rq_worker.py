"""RQ's worker, told how to live through outages and how to end."""

import os
import signal
from contextlib import suppress

from redis import ConnectionError as ConnectionLost
from redis import Redis
from redis.backoff import ConstantBackoff
from redis.retry import Retry
from rq import Queue, Worker
from rq.serializers import JSONSerializer
from rq.worker import DequeueStrategy

from worker.turns import STAY
from worker.wake import QUEUES

# A worker that was killed is forgotten 80 s later, not after eight minutes as RQ would have it; and a connection that
# says nothing any more is given up after 15 s.
HEARTBEAT_S = 20
_TRIES, _PAUSE_S = 20, 0.5


class JobWorker(Worker):
    """`told_to_end` says whether a signal asked for the end."""

    max_connection_wait_time = 2.0  # RQ's own 60 s would let work wait long after Redis is back
    told_to_end = False

    def setup_work_horse_signals(self) -> None:
        """Who ends a service signals all of its processes; the job that is running is finished all the same.

        It just does not stay for more.
        """
        super().setup_work_horse_signals()  # type: ignore[no-untyped-call]
        STAY.allowed = True
        signal.signal(signal.SIGTERM, STAY.end)

    def handle_warm_shutdown_request(self) -> None:
        """SIGTERM or Ctrl-C came."""
        self.told_to_end = True
        if self.horse_pid:
            with suppress(ProcessLookupError):
                os.kill(self.horse_pid, signal.SIGTERM)
        super().handle_warm_shutdown_request()  # type: ignore[no-untyped-call]


def serve_queues(redis_url: str) -> bool:
    """Runs jobs until a signal comes, and finishes the one that is running; False if it gave up by itself before."""
    redis = patient_redis(redis_url)
    queues = [Queue(name, connection=redis, serializer=JSONSerializer) for name in QUEUES]
    worker = JobWorker(queues, connection=redis, serializer=JSONSerializer, worker_ttl=HEARTBEAT_S)
    # In turn: under steady traffic the digest's queue is never empty, and publishing must not wait for that.
    worker.work(logging_level="WARNING", dequeue_strategy=DequeueStrategy.ROUND_ROBIN)
    return worker.told_to_end


def patient_redis(url: str) -> Redis:
    """A client that goes on when Redis was away for less than 10 s: RQ ends a worker at the first lost connection."""
    return Redis.from_url(url, retry=Retry(ConstantBackoff(_PAUSE_S), _TRIES, supported_errors=(ConnectionLost,)))
