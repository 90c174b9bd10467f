"""Soak: whether any process grows while deliveries come, hour after hour.

Call notes over HTTP into receiver, three workers and the clock, as fast as they are digested. Memory is looked at after
each tenth; a work-horse lives for one job only and is not looked at.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from time import perf_counter

from redis import Redis
from sqlalchemy import Engine

from bench.accepting import receivers_started
from bench.figures import Figure, told
from bench.load import rate_of
from bench.notes import call_notes
from bench.plant import NotDone, wait_for
from bench.processes import resident_mb
from bench.rq_workers import wait_for_workers
from bench.stores import AMPLE_SHARE, Stores, empty_stores, sandbox
from bench.webhooks import signed_request
from bench.workforce import hire
from ledger.engine import transaction
from ledger.inbox import more_pending_than
from runtime.bootstrap import worker_parts
from runtime.local import WORKERS, start_clock, start_workers
from sandbox.embedded.processes import ProcessGroup, session

MANY, FEW = 500_000, 10_000
REPS, TENTHS, AT_ONCE, MOST_AHEAD = 500, 10, 500, 2_000
PATIENCE_S = 600.0
MOST_GROWTH = 1.1
Sample = Mapping[str, float]


def measure(quick: bool) -> Sequence[Figure]:
    """Errors: `EmbeddedServerError`, `NotReady`, `NotDone`."""
    return soak(FEW if quick else MANY)


def soak(number: int) -> Sequence[Figure]:
    """So many deliveries. Errors: those of `measure`."""
    began_s = perf_counter()
    samples = list(_samples(number))
    a_second = number / (perf_counter() - began_s)
    return [told(f"{number:,} deliveries", a_second, "/s"), *_figures(samples)]


def _samples(number: int) -> Iterator[Sample]:
    """MB of each process after each tenth."""
    with empty_stores() as stores, sandbox() as twenty, ProcessGroup(stores.folder) as group:
        parts = worker_parts(stores.settings(twenty.url))
        reps = hire(twenty, REPS, parts)
        url = receivers_started(group, ["repsync"], stores, twenty.url)["repsync"]
        start_workers(group, stores.environment(twenty.url, AMPLE_SHARE))
        start_clock(group, stores.environment(twenty.url, AMPLE_SHARE))
        wait_for_workers(stores.redis_url, len(WORKERS))
        lasting = _lasting(group)
        for tenth in range(TENTHS):
            _feed(url, reps, number // TENTHS, TENTHS - tenth, parts.engine)
            yield _sample(lasting, stores)


def _lasting(group: ProcessGroup) -> Mapping[str, Sequence[int]]:
    """The processes that live all the time, of the receiver gunicorn's own too."""
    leaders = {name: [group.pid(name)] for name in (*WORKERS, "clock")}
    return {"receiver": session(group.pid("repsync")), **leaders}


def _feed(url: str, reps: Sequence[str], number: int, days_ago: int, engine: Engine) -> None:
    """Returns when all are digested."""
    notes = call_notes(reps, days_ago)
    for _ in range(0, number, AT_ONCE):
        rate_of(url, [signed_request(url, note.raw) for note in islice(notes, AT_ONCE)])
        _wait_for_digest(engine, MOST_AHEAD)
    _wait_for_digest(engine, 0)


def _wait_for_digest(engine: Engine, most_ahead: int) -> None:
    def is_near() -> bool:
        with transaction(engine) as connection:
            return not more_pending_than(connection, most_ahead)

    wait_for(is_near, PATIENCE_S, f"at most {most_ahead} pending")


def _sample(lasting: Mapping[str, Sequence[int]], stores: Stores) -> Sample:
    found = {name: resident_mb(pids) for name, pids in lasting.items()}
    if not all(found.values()):
        raise NotDone(f"a process died: {', '.join(name for name, size in found.items() if not size)}")
    with Redis.from_url(stores.redis_url) as redis:
        return {**found, "Valkey": redis.info("memory")["used_memory"] / 2**20}


def _figures(samples: Sequence[Sample]) -> Iterator[Figure]:
    for name in samples[0]:
        sizes = [sample[name] for sample in samples]
        growth = sizes[-1] / sizes[1]
        tenths = " ".join(f"{size:.0f}" for size in sizes)
        beside = f"at 20 %: {sizes[1]:.1f} MB; by tenths: {tenths}"
        yield Figure(f"memory of {name}", sizes[-1], "MB", beside, growth, f"≤ {MOST_GROWTH}", growth <= MOST_GROWTH)
