"""Scaling out: 1, 2 and 4 workers empty an inbox; nothing is done twice, and nobody waits for locks."""

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import text

from bench.crowd import note_row, rep_id
from bench.figures import Figure, told
from bench.lock_waits import LockWaits, lock_waits
from bench.plant import Plant, plant, wait_for
from bench.processes import memory_mb
from bench.rq_workers import wait_for_workers
from bench.workforce import know
from ledger.engine import ledger_time, transaction
from ledger.inbox import newest_pending, store_all
from ledger.published import put_off_publishing
from worker.swept_rows import deliveries
from worker.wake import DIGEST

REPS = 200
WORKERS = (1, 2, 4)
A_STORE = 1_000
LOOK_S = 0.02
MOST_LOCK_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class _Run:
    workers: int
    a_second: float
    digested: int
    waits: LockWaits
    memory_mb: float


def measure(quick: bool) -> Sequence[Figure]:
    """Each number of workers gets as many notes of 200 reps without a history; 2 cores bound all of them.

    They digest alone: one publisher is at work however many workers there are.
    """
    notes = 1_000 if quick else 10_000
    with plant() as ours:
        with transaction(ours.parts.engine) as connection:
            put_off_publishing(connection, "the digest is measured alone", timedelta(hours=1))
        runs = [_run(ours, notes, workers) for workers in (WORKERS[:-1] if quick else WORKERS)]
        doubles = _awards_too_many(ours, notes * len(runs))
    return [figure for run in runs for figure in _figures(run, runs[0], notes)] + [
        Figure("awards of a dial, less the notes", doubles, "awards", "0", None, "0", doubles == 0)
    ]


def _run(ours: Plant, notes: int, workers: int) -> _Run:
    """All workers wait for work before the first note is there to be digested."""
    names = ours.start("worker", number=workers)
    wait_for_workers(ours.stores.redis_url, workers)
    _store(ours, notes, prefix=f"{workers:08x}")
    with transaction(ours.parts.engine) as connection:
        began_at = ledger_time(connection)
    with lock_waits(ours.parts.engine) as waits:
        wait_for(lambda: _is_digested(ours), 180, f"{workers} workers", every_s=LOOK_S)
    memory = sum(size for _, size in memory_mb(ours.group, *names)) / workers
    ours.end(names)
    return _Run(workers, notes / _took_s(ours, began_at), _digested(ours, names), waits, memory)


def _store(ours: Plant, notes: int, prefix: str) -> None:
    """Straight into the inbox, as a sweep of that many pages would; the reps are known and may be paid."""
    reps, now_at = [rep_id(number, prefix) for number in range(REPS)], datetime.now(UTC) - timedelta(hours=1)
    rows = [note_row(str(uuid4()), reps[n % REPS], n, now_at - timedelta(seconds=n)) for n in range(1, notes + 1)]
    with transaction(ours.parts.engine) as connection:
        know(connection, reps)
        for start in range(0, notes, A_STORE):
            store_all(connection, list(deliveries("note", rows[start : start + A_STORE], now_at, anew=False)))


def _is_digested(ours: Plant) -> bool:
    """Whether nothing waits; wakes as the receiver does at each delivery."""
    ours.parts.wake(DIGEST)
    with transaction(ours.parts.engine) as connection:
        return newest_pending(connection) is None


def _took_s(ours: Plant, began_at: datetime) -> float:
    last = "SELECT extract(epoch FROM max(digested_at) - :began_at)::float8 FROM deliveries"
    with transaction(ours.parts.engine) as connection:
        return float(connection.execute(text(last), {"began_at": began_at}).scalar_one())


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


def _figures(run: _Run, alone: _Run, notes: int) -> Iterator[Figure]:
    name = f"{run.workers} worker{'s' if run.workers > 1 else ''}"
    doubled, waited = run.digested - notes, run.waits.share
    ratio = run.a_second / alone.a_second
    yield Figure(name, run.a_second, "notes/s", f"1 worker: {alone.a_second:,.0f}", ratio, "", None)
    yield Figure(f"{name}, digested twice", doubled, "deliveries", "0", None, "0", doubled == 0)
    yield Figure(
        f"{name}, waiting for locks",
        100 * waited,
        "% of busy time",
        run.waits.most,
        None,
        "≤ 5 %",
        waited <= MOST_LOCK_SHARE,
    )
    yield told(f"{name}, memory of one", run.memory_mb, "MB")
