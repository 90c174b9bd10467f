"""Lag: from a note's creation in Twenty until Twenty's row says what came of it."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from math import ceil
from typing import NamedTuple

from sqlalchemy import text

from bench.calm import TRIES, calmest
from bench.crowd import APPOINTMENT_EVERY, Desk
from bench.figures import Figure, told
from bench.plant import Plant, plant, wait_for
from bench.processes import memory_mb
from bench.processor_time import Cores, processor_time
from bench.rq_workers import wait_for_workers
from bench.workforce import hire
from ledger.engine import transaction
from ledger.sweep_state import SweepState, sweep_progress
from runtime.local import WORKERS
from worker.linger import MOST_REPS, ROUND_CALLS

REPS = 60
P99_TARGET_S, MOST_OVER_FLOOR = 2.0, 1.1
TIGHT_SHARE = 20  # calls a minute
PATIENCE_S = 120.0
_LAGS = """
SELECT count(*) AS number, percentile_cont(0.5) WITHIN GROUP (ORDER BY lag) AS p50,
       percentile_cont(0.99) WITHIN GROUP (ORDER BY lag) AS p99,
       percentile_cont(0.99) WITHIN GROUP (ORDER BY sent) AS sent,
       percentile_cont(0.99) WITHIN GROUP (ORDER BY told) AS told,
       percentile_cont(0.99) WITHIN GROUP (ORDER BY digested) AS digested,
       percentile_cont(0.99) WITHIN GROUP (ORDER BY published) AS published
FROM (SELECT extract(epoch FROM published_at - occurred_at)::float8 AS lag,
             extract(epoch FROM least(sent_at, noticed_at) - occurred_at)::float8 AS sent,
             extract(epoch FROM noticed_at - least(sent_at, noticed_at))::float8 AS told,
             extract(epoch FROM awarded_at - noticed_at)::float8 AS digested,
             extract(epoch FROM published_at - awarded_at)::float8 AS published
      FROM awards LEFT JOIN deliveries ON record_key = fact_key AND event = 'note.created'
      WHERE occurred_at >= :since AND published_at IS NOT NULL AND waited = :waited) AS lags
"""


class Lags(NamedTuple):
    """Seconds from creation to Twenty's row, over `number` awards; and the 99th percentile of each leg of the way."""

    number: int
    p50_s: float
    p99_s: float
    sent_s: float
    told_s: float
    digested_s: float
    published_s: float


@dataclass(frozen=True, slots=True)
class Traffic:
    """So many notes, so many a second (None: as fast as Twenty takes them).

    Appointments ask for sweeps, which take calls of the budget. `tries`: its most measurements while disturbed.
    """

    name: str
    notes: int
    a_second: float | None
    appointments: bool = True
    tries: int = 1


STEADY = "20 notes/s"
FULL = (
    Traffic("1 note/s", 10, 1),
    Traffic(STEADY, 400, 20, tries=TRIES),
    Traffic("200 notes/s", 2_000, 200),
    Traffic("burst of 5,000", 5_000, None),
)
TIGHT = Traffic("tight", 400, 20, appointments=False)
QUICK = (Traffic(STEADY, 80, 20, appointments=False), Traffic("burst of 200", 200, None, appointments=False))


def measure(quick: bool) -> Sequence[Figure]:
    """Each traffic with budget to spare, then (not if quick) 20 notes/s under a tight one. Errors: `NotDone`."""
    with plant() as ours:
        desk, processes = _opened(ours)
        free = {
            each.name: calmest(partial(_watched, ours, desk, each), each.tries) for each in (QUICK if quick else FULL)
        }
        memory = memory_mb(ours.group, "web", "worker-1", "clock-1")
        late = [] if quick else list(_of_what_waits(ours))
        tight = [] if quick else _tight(*_under_tight_budget(ours, desk, processes))
    spare = [figure for name, (lags, cores) in free.items() for figure in _free(name, lags, cores)]
    return [*spare, *tight, *late, *(told(f"memory of {name}", size, "MB") for name, size in memory)]


def _watched(ours: Plant, desk: Desk, traffic: Traffic) -> tuple[Lags, Cores]:
    with processor_time(ours) as cores:
        return _under(ours, desk, traffic), cores


def _under_tight_budget(ours: Plant, desk: Desk, processes: Sequence[str]) -> tuple[Lags, bool]:
    """And whether a sweep took calls meanwhile."""
    # While there are calls: the floor has all of them for publishing.
    wait_for(lambda: _sweeps_rest(_sweeps(ours)), PATIENCE_S, "the sweeps that the traffics before asked for")
    ours.end(processes)
    for command, number in (("worker", len(WORKERS)), ("clock", 1)):
        ours.with_share(TIGHT_SHARE).start(command, number=number)
    wait_for_workers(ours.stores.redis_url, len(WORKERS))
    return calmest(partial(_beside_no_sweep, ours, desk))


def _beside_no_sweep(ours: Plant, desk: Desk) -> tuple[Lags, bool]:
    """When what was free of the burst is spent; measured again, up to three times, where a sweep took calls."""
    _under(ours, desk, replace(TIGHT, notes=200))
    for _ in range(TRIES):
        before = _sweeps(ours)
        lags = _under(ours, desk, TIGHT)
        after = _sweeps(ours)
        if _sweeps_rest(after) and before.started_at == after.started_at:
            return lags, False
    return lags, True


def _sweeps(ours: Plant) -> SweepState:
    with transaction(ours.parts.engine) as connection:
        return sweep_progress(connection)


def _sweeps_rest(state: SweepState) -> bool:
    """Whether all calls are for publishing, as the floor has it."""
    began_at, done_at = state.started_at, state.finished_at
    return state.requested_at is None and done_at is not None and (began_at is None or began_at <= done_at)


def floor_s(reps: int, calls_a_minute: int) -> float:
    """What a budget lets a note wait at the least, if all of so many reps are at work.

    Rounds a minute, of so many reps each, by the calls that a round makes: who just missed one waits for the next.
    Left out: the digest before a round, the round itself, and the calls of sweeps.
    """
    rounds_a_minute = calls_a_minute / ROUND_CALLS
    return ceil(reps / MOST_REPS) / rounds_a_minute * 60


def _opened(ours: Plant) -> tuple[Desk, list[str]]:
    """All processes run, each rep has a row, and what a start does is over: the first sweep and the comparison."""
    workers = ours.start("worker", number=len(WORKERS))
    desk = Desk(ours.twenty, hire(ours.twenty, REPS, ours.parts))
    ours.open_receiver()
    clock = ours.start("clock")
    wait_for(lambda: not _number(ours, "SELECT count(*) FROM comparisons WHERE compared_at IS NULL"), 60, "first sweep")
    return desk, [*workers, *clock]


def _under(ours: Plant, desk: Desk, traffic: Traffic) -> Lags:
    since = datetime.now(UTC)
    began_s = time.monotonic()
    for number in range(traffic.notes):
        if traffic.a_second:
            time.sleep(max(0.0, began_s + number / traffic.a_second - time.monotonic()))
        desk.write(appointment=traffic.appointments and number % APPOINTMENT_EVERY == 0)
    _wait_until_published(ours)
    return _lags(ours, since, waited=False)


def _wait_until_published(ours: Plant) -> None:
    """All that is decided at once is in Twenty: no award is unpublished, no delivery pending, no webhook on its way."""
    left = (
        "SELECT (SELECT count(*) FROM deliveries WHERE state = 'pending')"
        " + (SELECT count(*) FROM reps WHERE dirty > done) + (SELECT count(*) FROM awards WHERE published_at IS NULL)"
    )
    wait_for(lambda: not ours.twenty.webhooks_waiting and _number(ours, left) == 0, PATIENCE_S, "publishing")


def _of_what_waits(ours: Plant) -> Iterator[Figure]:
    """Appointments of all traffics: nothing that was set waits unsettled when two sweeps have passed."""
    set_, paid = "SELECT count(*) FROM facts WHERE met_at IS NOT NULL", "SELECT count(*) FROM awards WHERE waited"
    wait_for(lambda: _number(ours, paid) >= _number(ours, set_), PATIENCE_S, "appointments")
    _wait_until_published(ours)
    found = _lags(ours, datetime.fromtimestamp(0, UTC), waited=True)
    yield told("what waits for the watermark, p50", found.p50_s, "s")
    yield told("what waits for the watermark, p99", found.p99_s, "s")


def _free(name: str, lags: Lags, cores: Cores) -> Iterator[Figure]:
    yield told(f"{name}, p50", lags.p50_s, "s")
    ratio, is_met = lags.p99_s / P99_TARGET_S, lags.p99_s <= P99_TARGET_S
    steady = Figure(f"{name}, p99", lags.p99_s, "s", f"{P99_TARGET_S:.0f} s", ratio, "≤ 2 s", is_met)
    yield steady if name == STEADY else told(f"{name}, p99", lags.p99_s, "s")
    yield told(f"{name}, p99 until Twenty sends its webhook", lags.sent_s, "s")
    yield told(f"{name}, p99 from there until the inbox has it", lags.told_s, "s")
    yield told(f"{name}, p99 from there until it is digested", lags.digested_s, "s")
    yield told(f"{name}, p99 from there until Twenty has it", lags.published_s, "s")
    yield from (told(f"{name}, {who}", busy, "cores") for who, busy in cores.used.items())


def _tight(tight: Lags, is_swept: bool) -> Iterator[Figure]:
    least_s = floor_s(REPS, TIGHT_SHARE)
    ratio = tight.p99_s / least_s
    name = f"{STEADY} at {TIGHT_SHARE} calls a minute"
    against = f"floor {least_s:.1f} s: {TIGHT_SHARE / ROUND_CALLS:.0f} rounds a minute of {MOST_REPS} reps"
    against += ", without a sweep's calls" if is_swept else ""
    yield told(f"{name}, p50", tight.p50_s, "s")
    yield Figure(f"{name}, p99", tight.p99_s, "s", against, ratio, "≤ 1.1 × the floor", ratio <= MOST_OVER_FLOOR)


def _lags(ours: Plant, since: datetime, *, waited: bool) -> Lags:
    with transaction(ours.parts.engine) as connection:
        return Lags(*connection.execute(text(_LAGS), {"since": since, "waited": waited}).one())


def _number(ours: Plant, query: str) -> int:
    with transaction(ours.parts.engine) as connection:
        return int(connection.execute(text(query)).scalar_one())
