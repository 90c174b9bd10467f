"""Workers and clock, by their heartbeats in Redis."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from redis import Redis
from rq import Worker
from rq.serializers import JSONSerializer

from accounts.thresholds import CLOCK_S
from onboarding.doctor.check import Finding, failed, passed


@dataclass(frozen=True, slots=True)
class SeenWorker:
    """A worker that RQ knows of: the names of its queues, and its last heartbeat."""

    queues: frozenset[str]
    heard_at: datetime | None


def see_workers(redis: Redis) -> list[SeenWorker]:
    """RQ forgets a worker that was killed two minutes after its last heartbeat at the latest."""
    workers = Worker.all(connection=redis, serializer=JSONSerializer)
    return [SeenWorker(frozenset(worker.queue_names()), worker.last_heartbeat) for worker in workers]


def judge_workers(workers: Sequence[SeenWorker], queues: Sequence[str], now: datetime) -> Finding:
    """Every queue has a worker."""
    served = frozenset[str]().union(*(worker.queues for worker in workers))
    unserved = [queue for queue in queues if queue not in served]
    if unserved:
        told = "no worker runs" if len(unserved) == len(queues) else f"no worker serves {', '.join(unserved)}"
        return failed(told, "Start `repsync worker`, of this version, under something that restarts it.")
    heard = [worker.heard_at for worker in workers if worker.heard_at is not None]
    last = f", last heard of {max((now - max(heard)).total_seconds(), 0):.0f} s ago" if heard else ""
    return passed(f"{len(workers)} alive{last}")


def judge_clock(ticked_at: datetime | None, now: datetime) -> Finding:
    """Its last whole tick is half a minute old at most (default)."""
    cure = "Start `repsync clock`, once, under something that restarts it; if it runs, see its log."
    if ticked_at is None:
        return failed("never ticked", cure)
    if (now - ticked_at).total_seconds() > CLOCK_S.slow:
        return failed(f"its last tick was {_span(now - ticked_at)} ago", cure)
    return passed("ticks")


def _span(span: timedelta) -> str:
    return str(timedelta(seconds=round(span.total_seconds())))
