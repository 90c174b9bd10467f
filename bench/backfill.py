"""Backfill: notes a minute under the default budget, and where the time goes without one."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from bench.crowd import author, put_reps, title
from bench.figures import Figure, told
from bench.plant import Plant, plant
from ledger.engine import transaction
from sandbox.twenty import SandboxTwenty
from sandbox.twenty.clock import to_stamp
from twenty_client.pacing import SHARE
from worker.backfill import backfill
from worker.backfill_reading import Progress

REPS = 60
A_CALL = 200
BURST = SHARE // 4
TARGET = 0.9
HISTORY = timedelta(days=60)
_SPANS = """
SELECT extract(epoch FROM max(received_at) - min(received_at))::float8 AS reading,
       extract(epoch FROM max(digested_at) - max(received_at))::float8 AS digesting
FROM deliveries WHERE record_key LIKE 'note:%'
"""


@dataclass(slots=True)
class _Watched:
    """When what was waited for, of the looks that a backfill's progress gave."""

    waits: dict[str, float] = field(default_factory=dict)
    _last_s: float = field(default_factory=time.monotonic)

    def __call__(self, progress: Progress) -> None:
        now_s, what = time.monotonic(), progress.waits_for or "reading"
        self.waits[what] = self.waits.get(what, 0.0) + now_s - self._last_s
        self._last_s = now_s


def measure(quick: bool) -> Sequence[Figure]:
    """A history of 60 reps, read under the default budget, and one under none."""
    notes = 6_000 if quick else 20_000
    with plant(SHARE) as ours:
        took_s, calls, _ = _backfilled(ours, notes)
        pages_limit = A_CALL * (BURST + SHARE / 60 * took_s)
    with plant() as ours:
        free_s, _, watched = _backfilled(ours, notes)
        parts = _parts(ours, free_s)
    ratio = notes / pages_limit
    against = f"{pages_limit / took_s * 60:,.0f}: 200 a call × the calls allowed in {took_s:.0f} s"
    waits = [told(f"without a budget, {what}", waited_s, "s") for what, waited_s in sorted(watched.waits.items())]
    return [
        Figure("under the default budget", notes / took_s * 60, "notes/min", against, ratio, "≥ 0.9", ratio >= TARGET),
        told("calls made", calls, "calls"),
        told("without a budget", notes / free_s * 60, "notes/min"),
        *parts,
        *waits,
    ]


def _backfilled(ours: Plant, notes: int) -> tuple[float, int, _Watched]:
    """Seconds, calls, and what was waited for; two workers digest meanwhile, as `repsync start` has them."""
    put_history(ours.twenty, put_reps(ours.twenty, REPS), notes)
    ours.start("worker", number=2)
    watched, began_s = _Watched(), time.monotonic()
    found = backfill(ours.parts, None, watched)
    return time.monotonic() - began_s, found.calls, watched


def put_history(twenty: SandboxTwenty, reps: Sequence[str], notes: int) -> None:
    """Call notes of the last 60 days that nothing told of, of each rep in turn."""
    now_at = datetime.now(UTC)
    for number in range(1, notes + 1):
        stamp = to_stamp(now_at - HISTORY * (number / (notes + 1)) - timedelta(minutes=10))
        rep = reps[number % len(reps)]
        row = {"title": title(number), "createdBy": author(rep), "createdAt": stamp, "updatedAt": stamp}
        twenty.put("notes", row)


def _parts(ours: Plant, took_s: float) -> list[Figure]:
    """The first page to the last, from there until all is digested, and the rest: counting, publishing."""
    with transaction(ours.parts.engine) as connection:
        reading_s, digesting_s = connection.execute(text(_SPANS)).one()
    rest_s = took_s - reading_s - digesting_s
    return [
        told("without a budget, first to last page", reading_s, "s"),
        told("without a budget, digested after the last page", digesting_s, "s"),
        told("without a budget, counting and publishing", rest_s, "s"),
    ]
