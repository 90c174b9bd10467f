"""Writing back: Twenty API calls for so many notes, and the notes a minute that the API's budget lets through.

Calls are those that the sandbox Twenty answered, for reps whose rows are there. The plain way: a read and a PATCH for
each note. Then three workers under the default budget while notes come in: the notes divided by the time until every
rep was published.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from bench.figures import Figure, told
from bench.notes import call_notes
from bench.plant import LIMIT, Plant, plant, wait_for
from bench.rq_workers import wait_for_workers
from bench.workforce import hire
from ledger.dirty import count_dirty
from ledger.engine import transaction
from ledger.inbox import newest_pending, store_all
from runtime.local import WORKERS
from twenty_client.pacing import SHARE
from worker.digest import digest_batch
from worker.parts import Parts
from worker.publish import publish_batch
from worker.wake import DIGEST, PUBLISH

NOTES = 1_000
FLOORS = (10, 60, 600)
PLAIN_CALLS = 2  # a read and a PATCH for each note
A_SECOND, AT_ONCE_S = 150, 0.2
PATIENCE_S = 120.0


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


def measure(quick: bool) -> Sequence[Figure]:
    """Errors: `EmbeddedServerError`, `NotDone`."""
    with plant() as ours:
        floors = FLOORS[:-1] if quick else FLOORS
        reps = hire(ours.twenty, max(floors), ours.parts)
        calls = [_calls(ours, reps[:number]) for number in floors]
    with plant(SHARE) as ours:
        sustained = _sustained(ours, 60, 5.0) if quick else _sustained(ours, 600, 30.0)
    return [*_call_figures(calls), *_sustained_figures(sustained)]


def _calls(ours: Plant, reps: Sequence[str]) -> _Calls:
    """Of reps whose rows are there."""
    with transaction(ours.parts.engine) as connection:
        store_all(connection, list(islice(call_notes(reps), NOTES)))
    while digest_batch(ours.parts):
        pass
    counted = [ours.twenty.calls]
    while publish_batch(ours.parts):
        counted.append(ours.twenty.calls)
    of_rounds = [after - before for before, after in pairwise(counted)]
    return _Calls(len(reps), sum(of_rounds), max(of_rounds))


def _sustained(ours: Plant, number: int, length_s: float) -> _Sustained:
    """Through real processes; the reps' rows are there, and the budget is whole again."""
    reps = hire(ours.twenty, number, ours.parts)
    ours.start("worker", number=len(WORKERS))
    wait_for_workers(ours.stores.redis_url, len(WORKERS))
    before, began_s = ours.twenty.calls, time.perf_counter()
    number_told = _tell(ours.parts, reps, length_s)
    minutes = (time.perf_counter() - began_s) / 60
    refused = ours.twenty.calls_by_status.get(429, 0)
    return _Sustained(number, number_told / minutes, (ours.twenty.calls - before) / minutes, refused)


def _tell(parts: Parts, reps: Sequence[str], length_s: float) -> int:
    """Notes come in for so long; returns how many, once every rep is published. Errors: `NotDone`."""
    notes, number, began_s = call_notes(reps), 0, time.perf_counter()
    while (passed_s := time.perf_counter() - began_s) < length_s:
        due = int(A_SECOND * passed_s) - number
        with transaction(parts.engine) as connection:
            number += store_all(connection, list(islice(notes, due)))
        _wake(parts)
        time.sleep(AT_ONCE_S)
    wait_for(lambda: _is_done(parts), PATIENCE_S, "every rep published")
    return number


def _is_done(parts: Parts) -> bool:
    _wake(parts)
    with transaction(parts.engine) as connection:
        return newest_pending(connection) is None and count_dirty(connection) == 0


def _wake(parts: Parts) -> None:
    """As the clock does."""
    parts.wake(DIGEST)
    parts.wake(PUBLISH)


def _call_figures(found: Sequence[_Calls]) -> Iterator[Figure]:
    plain = PLAIN_CALLS * NOTES
    for calls in found:
        name = f"calls for {NOTES:,} notes of {calls.reps} reps"
        yield Figure(name, calls.all, "", f"plain: {plain:,}", calls.all / plain, "", None)
    most = max(calls.most_of_a_round for calls in found)
    yield Figure("calls of a publish round of up to 60 reps, at most", most, "", "", None, "≤ 2", most <= 2)


def _sustained_figures(found: _Sustained) -> Iterator[Figure]:
    plain = LIMIT / PLAIN_CALLS
    name, target, times = f"notes a minute of {found.reps} reps", "≥ 100 × the plain way", found.notes / plain
    yield Figure(name, found.notes, "", f"plain: {plain:.0f}", times, target, times >= 100)
    yield told(f"calls a minute meanwhile, of {LIMIT}", found.calls, "")
    yield told("calls refused for rate", found.refused, "")
