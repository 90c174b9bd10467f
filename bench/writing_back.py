"""Writing back: Twenty API calls for so many notes, and the notes a minute that the API's budget lets through."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice, pairwise

from redis import Redis
from sqlalchemy import Engine

from bench.figures import Figure, Findings, at_least, at_most
from bench.notes import call_notes, rep_ids
from bench.rq_workers import wait_for_workers
from bench.stores import empty_stores, sandbox
from bench.workforce import hire
from ledger.engine import connect_engine, transaction
from ledger.inbox import newest_pending, store_all
from ledger.reps import count_dirty
from runtime.bootstrap import worker_parts
from runtime.local import WORKERS, start_workers
from sandbox.embedded.processes import ProcessGroup
from twenty_client.pacing import SHARE
from worker.digest import digest_batch
from worker.parts import Parts
from worker.publish import publish_batch
from worker.wake import DIGEST, PUBLISH, Wake

NOTES = 1_000
FLOORS = (10, 60, 600)
PLAIN_CALLS = 2  # a read and a PATCH for each note
LIMIT = 100  # calls a minute that Twenty lets through
A_SECOND, AT_ONCE_S = 150, 0.2
HOW = (
    f"{NOTES:,} call notes, digested, then published: calls that the sandbox Twenty answered, for reps whose rows are"
    f" there. The plain way: a read and a PATCH for each note. Then three workers under Twenty's {LIMIT} calls a minute"
    f" (repsync's share is {SHARE}), with {A_SECOND} notes a second coming in: the notes divided by the time until"
    " every rep was published."
)


@dataclass(frozen=True, slots=True)
class _Calls:
    """Of one floor: calls for all notes, and the most of one publish round."""

    reps: int
    all: int
    most_of_a_round: int


@dataclass(frozen=True, slots=True)
class _Sustained:
    """Notes and calls a minute, and calls that were refused for rate."""

    reps: int
    notes: float
    calls: float
    refused: int


def measure(quick: bool) -> Findings:
    """Errors: `EmbeddedServerError`, `NoWorkers`."""
    calls = [_calls(reps) for reps in FLOORS]
    sustained = _sustained(60, 20.0) if quick else _sustained(600, 60.0)
    return Findings("Writing back", HOW, (*_call_figures(calls), *_sustained_figures(sustained)))


def _calls(number: int) -> _Calls:
    with empty_stores() as stores, sandbox() as twenty:
        parts = worker_parts(stores.settings(twenty.url))
        reps = rep_ids(number)
        hire(twenty, reps, parts)
        _digest(parts, reps)
        counted = [twenty.calls]
        while publish_batch(parts):
            counted.append(twenty.calls)
        of_rounds = [after - before for before, after in pairwise(counted)]
        return _Calls(number, sum(of_rounds), max(of_rounds))


def _digest(parts: Parts, reps: list[str]) -> None:
    with transaction(parts.engine) as connection:
        store_all(connection, list(islice(call_notes(reps), NOTES)))
    while digest_batch(parts):
        pass


def _sustained(number: int, length_s: float) -> _Sustained:
    """Through real processes."""
    with ExitStack() as left:
        stores, twenty = left.enter_context(empty_stores()), left.enter_context(sandbox(LIMIT))
        engine, reps = connect_engine(stores.database_url), rep_ids(number)
        hire(twenty, reps, worker_parts(stores.settings(twenty.url, SHARE)))
        group = left.enter_context(ProcessGroup(stores.folder))
        start_workers(group, stores.environment(twenty.url, SHARE))
        wait_for_workers(stores.redis_url, len(WORKERS))
        before, began_s = twenty.calls, time.perf_counter()
        told = _tell(engine, Wake(Redis.from_url(stores.redis_url)), reps, length_s)
        minutes = (time.perf_counter() - began_s) / 60
        refused = twenty.calls_by_status.get(429, 0)
        return _Sustained(number, told / minutes, (twenty.calls - before) / minutes, refused)


def _tell(engine: Engine, wake: Wake, reps: list[str], length_s: float) -> int:
    """Notes come in for so long; returns how many, once every rep is published. Wakes the jobs as the clock does."""
    notes, told, began_s = call_notes(reps), 0, time.perf_counter()
    while (passed_s := time.perf_counter() - began_s) < length_s or _is_at_work(engine):
        due = int(A_SECOND * min(passed_s, length_s)) - told
        with transaction(engine) as connection:
            told += store_all(connection, list(islice(notes, due)))
        wake(DIGEST)
        wake(PUBLISH)
        time.sleep(AT_ONCE_S)
    return told


def _is_at_work(engine: Engine) -> bool:
    with transaction(engine) as connection:
        return newest_pending(connection) is not None or count_dirty(connection) > 0


def _call_figures(found: list[_Calls]) -> Iterator[Figure]:
    for calls in found:
        yield Figure(f"calls for {NOTES:,} notes of {calls.reps} reps (plain: {PLAIN_CALLS * NOTES:,})", calls.all)
    yield Figure("calls of a publish round, at most", max(calls.most_of_a_round for calls in found), "", at_most(2))


def _sustained_figures(found: _Sustained) -> Iterator[Figure]:
    yield Figure(f"notes a minute under the budget, {found.reps} reps", found.notes, "/min")
    yield Figure("calls a minute meanwhile", found.calls, "/min", at_most(LIMIT))
    yield Figure("calls refused for rate", found.refused)
    yield Figure("times the notes of the plain way", found.notes / (LIMIT / PLAIN_CALLS), target=at_least(100))
