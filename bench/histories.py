"""Histories: what publishing a rep costs as that rep's own history grows."""

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from statistics import median
from uuid import uuid4

from sqlalchemy import text

from bench.crowd import APPOINTMENT_EVERY, note_row, rep_id
from bench.figures import Figure, told
from bench.grown import digest_all, settle
from bench.past import fill_past
from bench.stores import empty_stores, sandbox
from ledger.engine import autocommit, connected, transaction
from ledger.inbox import store_all
from programs.progression.rep_rows import OWNER
from runtime.bootstrap import worker_parts
from sandbox.twenty import SandboxTwenty
from worker.parts import Parts
from worker.planning import plan_rep
from worker.publish import publish_batch
from worker.rows import RowSource
from worker.sweep import sweep
from worker.swept_rows import deliveries
from worker.watermark import move_watermark

FULL, QUICK = (200, 2_000, 20_000, 50_000), (2_000, 5_000)
ROUNDS, QUICK_ROUNDS, WARM_UP = 15, 3, 3
NUMBERS = {False: 1, True: APPOINTMENT_EVERY}  # of a call that sets an appointment, or not
SMALL, MOST_GROWTH = 2_000, 1.2
TOLD_AGO, DUE_AGO = timedelta(seconds=2), timedelta(seconds=30)
WATERMARK_STEP_S = 1.1  # Twenty tells its time in whole seconds


def measure(quick: bool) -> Sequence[Figure]:
    """All reps are of one ledger and are measured in turn, so that what disturbs one disturbs all."""
    sizes, rounds = (QUICK, QUICK_ROUNDS) if quick else (FULL, ROUNDS)
    with _ledger(sizes) as (parts, reps):
        first = {facts: _planned_ms(parts, rep) for facts, rep in reps.items()}
        _publish(parts)
        called, due = defaultdict[int, list[float]](list), defaultdict[int, list[float]](list)
        for _ in range(WARM_UP + rounds):
            for facts, rep in reps.items():
                _call(parts, rep, datetime.now(UTC) - TOLD_AGO)
                called[facts].append(_planned_ms(parts, rep))
            _publish(parts)
            _let_appointments_fall_due(parts, reps.values())
            for facts, rep in reps.items():
                due[facts].append(_planned_ms(parts, rep))
            _publish(parts)
    return [
        *_figures("a standing, one call later", called),
        *_figures("a standing, when an appointment falls due", due),
        *(told(f"all of it anew, at {facts:,} facts", ms, "ms") for facts, ms in first.items()),
    ]


def _figures(subject: str, found: Mapping[int, Sequence[float]]) -> list[Figure]:
    medians = {facts: median(each[WARM_UP:]) for facts, each in found.items()}
    large = max(medians)
    against, ratio = f"{medians[SMALL]:.2f} ms at {SMALL:,}", medians[large] / medians[SMALL]
    at_large = f"{subject}, at {large:,} facts of the rep"
    growth = Figure(at_large, medians[large], "ms", against, ratio, "≤ 1.2 ×", ratio <= MOST_GROWTH)
    between = [told(f"the same at {facts:,}", ms, "ms") for facts, ms in medians.items() if facts not in (SMALL, large)]
    return [growth, *between]


@contextmanager
def _ledger(sizes: Sequence[int]) -> Iterator[tuple[Parts, Mapping[int, str]]]:
    """A rep for each size, whose row in Twenty was written."""
    with empty_stores() as stores, sandbox() as twenty:
        parts = worker_parts(stores.settings(twenty.url))
        reps = {facts: _put_rep(twenty, facts) for facts in sizes}
        settle(parts)
        with transaction(parts.engine) as connection:
            for facts, rep in reps.items():
                fill_past(connection, rep, facts, _prefix(facts))
        with autocommit(parts.engine) as connection:
            connection.execute(text("VACUUM ANALYZE"))
        yield parts, reps


def _put_rep(twenty: SandboxTwenty, facts: int) -> str:
    rep, row = rep_id(0, _prefix(facts)), f"{_prefix(facts)}-0000-4000-a000-000000000000"
    twenty.put("workspaceMembers", {"id": rep, "name": {"firstName": "Rep", "lastName": str(facts)}})
    twenty.put("repProgressions", {"id": row, OWNER: rep})
    return rep


def _prefix(facts: int) -> str:
    return f"{facts:08x}"


def _call(parts: Parts, rep: str, at: datetime, *, appointment: bool = False) -> None:
    """The rep's next call, digested."""
    row = note_row(str(uuid4()), rep, NUMBERS[appointment], at)
    with transaction(parts.engine) as connection:
        store_all(connection, list(deliveries("note", [row], at, anew=False)))
    digest_all(parts)


def _let_appointments_fall_due(parts: Parts, reps: Iterable[str]) -> None:
    """Each rep sets one, and the watermark passes it."""
    for rep in reps:
        _call(parts, rep, datetime.now(UTC) - DUE_AGO, appointment=True)
    _publish(parts)
    time.sleep(WATERMARK_STEP_S)
    sweep(parts)
    digest_all(parts)
    move_watermark(parts)


def _planned_ms(parts: Parts, rep: str) -> float:
    """What is awarded, the standing and the write that comes of it, kept in the ledger; Twenty is not asked."""
    source = RowSource(parts.twenty)
    rows = source.read([rep], {})[rep]
    with connected(parts.engine) as connection:
        began_s = time.perf_counter()
        plan_rep(parts, rep, rows, source.fields, connection)
        return (time.perf_counter() - began_s) * 1_000


def _publish(parts: Parts) -> None:
    while publish_batch(parts):
        pass
