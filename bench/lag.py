"""Lag: from a note's creation in Twenty until Twenty's row says what came of it."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import text

from bench.crowd import Desk, put_reps
from bench.figures import Figure, told
from bench.plant import DEFAULT_SHARE, Plant, plant, wait_for
from bench.processes import memory_mb
from ledger.engine import transaction

REPS = 60
WORKERS = 3
P99_TARGET_S = 2.0
# A publish round is a read and a write; a note that just missed one waits for the next.
ROUND_S = 2 * 60 / DEFAULT_SHARE
_LAGS = """
SELECT waited, count(*) AS number,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY lag) AS p50, percentile_cont(0.99) WITHIN GROUP (ORDER BY lag) AS p99
FROM (SELECT waited, extract(epoch FROM published_at - occurred_at)::float8 AS lag FROM awards
      WHERE occurred_at >= :since AND occurred_at < :until AND published_at IS NOT NULL) AS lags
GROUP BY waited
"""


class Lags(NamedTuple):
    """Seconds from creation to Twenty's row, over `number` awards."""

    number: int
    p50_s: float
    p99_s: float


@dataclass(frozen=True, slots=True)
class Traffic:
    """So many notes, so many a second (None: as fast as Twenty takes them)."""

    name: str
    notes: int
    a_second: float | None


FULL = (
    Traffic("1 note/s", 20, 1),
    Traffic("20 notes/s", 600, 20),
    Traffic("200 notes/s", 2_000, 200),
    Traffic("burst of 5,000", 5_000, None),
)
QUICK = (Traffic("20 notes/s", 160, 20), Traffic("burst of 500", 500, None))


def measure(quick: bool) -> Sequence[Figure]:
    """p50 and p99 of each traffic with budget to spare, then of 20 notes/s under the default budget."""
    with plant(ample=True) as ours:
        desk = _opened(ours)
        free = {each.name: _under(ours, desk, each) for each in (QUICK if quick else FULL)}
        memory = memory_mb(ours.group, "web", "worker-0", "clock-0")
        late = _of_what_waits(ours)
    with plant(ample=False) as ours:
        tight = _under(ours, _opened(ours), Traffic("tight", 200 if quick else 1_200, 20))
    spare = [figure for name, lags in free.items() for figure in _free(name, lags)]
    return [*spare, *_tight(tight, free["20 notes/s"]), *late, *(told(f"memory of {n}", v, "MB") for n, v in memory)]


def _opened(ours: Plant) -> Desk:
    """All processes run, the first sweep is over, and each rep has a row."""
    desk = Desk(ours.twenty, put_reps(ours.twenty, REPS))
    ours.open_receiver()
    ours.start("worker", number=WORKERS)
    ours.start("clock")
    wait_for(lambda: _number(ours, "SELECT count(*) FROM sweep_state WHERE finished_at IS NOT NULL") == 1, 60, "sweep")
    _perform(desk, Traffic("first", REPS, None))
    _wait_until_published(ours)
    return desk


def _under(ours: Plant, desk: Desk, traffic: Traffic) -> Lags:
    began_at = datetime.now(UTC)
    _perform(desk, traffic)
    until = datetime.now(UTC)
    _wait_until_published(ours)
    return _lags(ours, began_at, until).get(False, Lags(0, 0.0, 0.0))


def _perform(desk: Desk, traffic: Traffic) -> None:
    began_s = time.monotonic()
    for number in range(traffic.notes):
        if traffic.a_second:
            time.sleep(max(0.0, began_s + number / traffic.a_second - time.monotonic()))
        desk.write()


def _wait_until_published(ours: Plant) -> None:
    """All that is decided at once is in Twenty: no award is unpublished, no delivery pending, no webhook on its way."""
    left = (
        "SELECT (SELECT count(*) FROM deliveries WHERE state = 'pending')"
        " + (SELECT count(*) FROM reps WHERE dirty > done) + (SELECT count(*) FROM awards WHERE published_at IS NULL)"
    )
    wait_for(lambda: not ours.twenty.webhooks_waiting and _number(ours, left) == 0, 120, "publishing")


def _of_what_waits(ours: Plant) -> list[Figure]:
    """Appointments of all traffics: nothing that was set waits unsettled when two sweeps have passed."""
    set_, paid = "SELECT count(*) FROM facts WHERE met_at IS NOT NULL", "SELECT count(*) FROM awards WHERE waited"
    wait_for(lambda: _number(ours, paid) >= _number(ours, set_), 120, "appointments")
    _wait_until_published(ours)
    found = _lags(ours, datetime.fromtimestamp(0, UTC), datetime.now(UTC))[True]
    return [
        told("what waits for the watermark, p50", found.p50_s, "s"),
        told("what waits for the watermark, p99", found.p99_s, "s"),
    ]


def _free(name: str, lags: Lags) -> list[Figure]:
    p50 = told(f"{name}, p50", lags.p50_s, "s")
    if name != "20 notes/s":
        return [p50, told(f"{name}, p99", lags.p99_s, "s")]
    against, met = f"{P99_TARGET_S:.0f} s", lags.p99_s <= P99_TARGET_S
    return [p50, Figure(f"{name}, p99", lags.p99_s, "s", against, lags.p99_s / P99_TARGET_S, "≤ 2 s", met)]


def _tight(tight: Lags, free: Lags) -> list[Figure]:
    floor_s = ROUND_S + free.p99_s
    ratio = tight.p99_s / floor_s
    name = f"20 notes/s at {DEFAULT_SHARE} calls a minute"
    against = f"floor {floor_s:.2f} s: a round's wait of {ROUND_S:.1f} s and the p99 with budget to spare"
    return [
        told(f"{name}, p50", tight.p50_s, "s"),
        Figure(f"{name}, p99", tight.p99_s, "s", against, ratio, "≤ 1.1 × the floor", ratio <= 1.1),
    ]


def _lags(ours: Plant, since: datetime, until: datetime) -> dict[bool, Lags]:
    with transaction(ours.engine) as connection:
        rows = connection.execute(text(_LAGS), {"since": since, "until": until}).all()
    return {row.waited: Lags(row.number, row.p50, row.p99) for row in rows}


def _number(ours: Plant, query: str) -> int:
    with transaction(ours.engine) as connection:
        return int(connection.execute(text(query)).scalar_one())
