"""Scaling out: 1, 2 and 4 workers empty the same inbox; nothing is done twice, and nobody waits for locks."""

import json
import os
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import text

from bench.crowd import note_row
from bench.figures import Figure, told
from bench.plant import Plant, plant, wait_for
from bench.processes import memory_mb
from bench.workforce import hire
from ledger.engine import transaction
from ledger.inbox import store_all
from ledger.inbox_queries import newest_delivery
from worker.digest import digest_batch
from worker.publish import publish_batch
from worker.swept_rows import deliveries
from worker.wake import DIGEST

REPS = 200
WORKERS = (1, 2, 4)
A_STORE = 1_000
LOOK_EVERY_S = 0.02
MOST_LOCK_SHARE = 0.05
_WAITS = (
    "SELECT count(*) FILTER (WHERE wait_event_type = 'Lock') AS waiting,"
    " count(*) FILTER (WHERE state <> 'idle') AS busy"
    " FROM pg_stat_activity WHERE application_name = 'repsync' AND pid <> pg_backend_pid()"
)


@dataclass(frozen=True, slots=True)
class _Run:
    workers: int
    a_second: float
    digested: int
    waited_share: float
    memory_mb: float


def measure(quick: bool) -> Sequence[Figure]:
    """Each number of workers gets as many notes of the same 200 reps, in the same ledger; 2 cores bound all."""
    notes = 2_000 if quick else 10_000
    with plant() as ours:
        reps = hire(ours.twenty, REPS, ours.parts)
        runs = [_run(ours, reps, notes, workers) for workers in WORKERS]
        _drain(ours)
        doubles = _awards_too_many(ours, notes * len(runs))
    return [figure for run in runs for figure in _figures(run, runs[0], notes)] + [
        Figure("awards of a dial, less the notes", doubles, "awards", "0", None, "0", doubles == 0)
    ]


def _drain(ours: Plant) -> None:
    """Digests and publishes what waits, in this process."""
    while digest_batch(ours.parts) or publish_batch(ours.parts):
        pass


def _run(ours: Plant, reps: Sequence[str], notes: int, workers: int) -> _Run:
    with transaction(ours.parts.engine) as connection:
        behind = newest_delivery(connection)
    _store(ours, reps, notes)
    names = ours.start("worker", number=workers)
    with _lock_waits(ours) as waits:
        wait_for(lambda: _woken(ours), 180, f"{workers} workers", every_s=0.02)
    memory = sum(size for _, size in memory_mb(ours.group, *names)) / workers
    for name in names:
        ours.group.end(name)
    share = waits["waiting"] / max(1, waits["busy"])
    digested = _digested(ours, names)
    return _Run(workers, notes / _took_s(ours, behind), digested, share, memory)


def _store(ours: Plant, reps: Sequence[str], notes: int) -> None:
    """Straight into the inbox, as a sweep of that many pages would."""
    now_at = datetime.now(UTC) - timedelta(hours=1)
    rows = [note_row(str(uuid4()), reps[n % len(reps)], n, now_at - timedelta(seconds=n)) for n in range(1, notes + 1)]
    for start in range(0, notes, A_STORE):
        with transaction(ours.parts.engine) as connection:
            store_all(connection, list(deliveries("note", rows[start : start + A_STORE], now_at, anew=False)))


def _woken(ours: Plant) -> bool:
    """Whether nothing waits; wakes as the receiver does at each delivery."""
    ours.parts.wake(DIGEST)
    with transaction(ours.parts.engine) as connection:
        left = connection.execute(text("SELECT count(*) FROM deliveries WHERE state = 'pending'")).scalar_one()
    return int(left) == 0


@contextmanager
def _lock_waits(ours: Plant) -> Iterator[Counter[str]]:
    """Counts, 50 times a second, connections at work and those of them that wait for a lock."""
    seen, over = Counter[str](), threading.Event()

    def look() -> None:
        while not over.wait(LOOK_EVERY_S):
            with transaction(ours.parts.engine) as connection:
                seen.update(dict(connection.execute(text(_WAITS)).mappings().one()))

    looking = threading.Thread(target=look, name="lock-waits")
    looking.start()
    try:
        yield seen
    finally:
        over.set()
        looking.join()


def _took_s(ours: Plant, behind: int) -> float:
    """From the first to the last: the start of the processes is left out, as is the first batch's time."""
    span = "SELECT extract(epoch FROM max(digested_at) - min(digested_at))::float8 FROM deliveries WHERE id > :behind"
    with transaction(ours.parts.engine) as connection:
        return float(connection.execute(text(span), {"behind": behind}).scalar_one())


def _digested(ours: Plant, names: Sequence[str]) -> int:
    """Deliveries that the workers say they digested, since the last time that this was asked."""
    lines = [line for name in names for line in _log(ours, name)]
    return sum(int(line.get("processed", 0)) for line in lines if line.get("event") == "digested")


def _log(ours: Plant, name: str) -> list[dict[str, Any]]:
    path = ours.stores.folder / "logs" / f"{name}.log"
    lines = [json.loads(line) for line in path.read_text().splitlines() if line.startswith("{")]
    os.truncate(path, 0)
    return lines


def _awards_too_many(ours: Plant, notes: int) -> int:
    """Each note's dial is paid once."""
    dials = "SELECT count(*) FROM awards WHERE reason = 'dial'"
    with transaction(ours.parts.engine) as connection:
        return int(connection.execute(text(dials)).scalar_one()) - notes


def _figures(run: _Run, alone: _Run, notes: int) -> list[Figure]:
    name = f"{run.workers} worker{'s' if run.workers > 1 else ''}"
    ratio = run.a_second / alone.a_second
    doubled = run.digested - notes
    return [
        Figure(name, run.a_second, "notes/s", f"1 worker: {alone.a_second:,.0f}", ratio, "", None),
        Figure(f"{name}, digested twice", doubled, "deliveries", "0", None, "0", doubled == 0),
        Figure(
            f"{name}, waiting for locks",
            100 * run.waited_share,
            "% of busy time",
            "",
            None,
            "≤ 5 %",
            run.waited_share <= MOST_LOCK_SHARE,
        ),
        told(f"{name}, memory of one", run.memory_mb, "MB"),
    ]
