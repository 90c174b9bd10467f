"""Backfill: notes a minute under the default budget, and where the time goes without one."""

import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import text

from bench.crowd import author, put_reps, title
from bench.figures import Figure, told
from bench.plant import Plant, plant
from bench.rq_workers import wait_for_workers
from ledger.engine import transaction
from sandbox.twenty import SandboxTwenty
from sandbox.twenty.clock import to_stamp
from twenty_client.pacing import SHARE, burst
from worker.backfill import backfill
from worker.backfill_reading import Progress

REPS = 60
A_CALL = 200
TARGET = 0.9
HISTORY = timedelta(days=60)
_SPANS = """
SELECT extract(epoch FROM max(received_at) - min(received_at))::float8 AS reading,
       extract(epoch FROM max(digested_at) - max(received_at))::float8 AS digesting
FROM deliveries WHERE record_key LIKE 'note:%'
"""


@dataclass(slots=True)
class _Watched:
    """Of the looks that a backfill's progress gave: seconds by what was waited for, and the calls free after a page."""

    waits: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    free: float | None = None
    _last_s: float = field(default_factory=time.monotonic)

    def __call__(self, progress: Progress) -> None:
        now_s = time.monotonic()
        self.waits[progress.waits_for or "reading"] += now_s - self._last_s
        self._last_s = now_s
        if self.free is None and progress.page_rows == A_CALL:
            self.free = progress.budget_left * burst(progress.calls_a_minute)


class _Spans(NamedTuple):
    """Seconds: from the first page to the last, from there until all is digested, and all in all."""

    reading_s: float
    digesting_s: float
    all_s: float


def measure(quick: bool) -> Sequence[Figure]:
    """A history of 60 reps, read under the default budget, and (not if quick) a shorter one under none."""
    with plant(SHARE) as ours:
        notes = 4_000 if quick else 20_000
        spans, calls, watched = _backfilled(ours, notes)
    under = [*_under_budget(notes, spans, watched.free or 0.0), told("calls made", calls, "calls")]
    return under if quick else [*under, *_without_budget(6_000)]


def _without_budget(notes: int) -> list[Figure]:
    with plant() as ours:
        free, _, watched = _backfilled(ours, notes)
    return [
        told("without a budget", notes / free.all_s * 60, "notes/min"),
        told("without a budget, first to last page", free.reading_s, "s"),
        told("without a budget, digested after the last page", free.digesting_s, "s"),
        told("without a budget, counting and publishing", free.all_s - free.reading_s - free.digesting_s, "s"),
        *(told(f"without a budget, {what}", waited_s, "s") for what, waited_s in sorted(watched.waits.items())),
    ]


def _under_budget(notes: int, spans: _Spans, free: float) -> Iterator[Figure]:
    """From the first page on: `free` calls were left of the burst then."""
    took_s = spans.reading_s + spans.digesting_s
    limit = A_CALL * (free + SHARE / 60 * took_s)
    ratio = (notes - A_CALL) / limit
    against = f"{limit / took_s * 60:,.0f}: 200 a call × the calls allowed in {took_s:.0f} s"
    rate = (notes - A_CALL) / took_s * 60
    yield Figure(
        "read and digested under the default budget", rate, "notes/min", against, ratio, "≥ 0.9", ratio >= TARGET
    )
    yield told("with counting and publishing", notes / spans.all_s * 60, "notes/min")


def _backfilled(ours: Plant, notes: int) -> tuple[_Spans, int, _Watched]:
    """How long, calls, and what was waited for; two workers digest meanwhile, as one of three publishes."""
    put_history(ours.twenty, put_reps(ours.twenty, REPS), notes)
    ours.start("worker", number=2)
    wait_for_workers(ours.stores.redis_url, 2)
    watched, began_s = _Watched(), time.monotonic()
    found = backfill(ours.parts, None, watched)
    all_s = time.monotonic() - began_s
    with transaction(ours.parts.engine) as connection:
        reading_s, digesting_s = connection.execute(text(_SPANS)).one()
    return _Spans(reading_s, digesting_s, all_s), found.calls, watched


def put_history(twenty: SandboxTwenty, reps: Sequence[str], notes: int) -> None:
    """Call notes of the last 60 days that nothing told of, of each rep in turn."""
    now_at = datetime.now(UTC)
    for number in range(1, notes + 1):
        stamp = to_stamp(now_at - HISTORY * (number / (notes + 1)) - timedelta(minutes=10))
        rep = reps[number % len(reps)]
        row = {"title": title(number), "createdBy": author(rep), "createdAt": stamp, "updatedAt": stamp}
        twenty.put("notes", row)
