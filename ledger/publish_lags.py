"""Lags from a delivery's arrival to the rep's row in Twenty, as a histogram that is added to with each write."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert

from ledger.tables import publish_lags

# Seconds. The targets lie on bounds: 2 s for what is decided at once, a minute for what waits (architecture).
BOUNDS_S = (0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 900.0, 3600.0, float("inf"))


@dataclass(frozen=True, slots=True)
class LagHistogram:
    """How many awards took up to so many seconds, by bound (each counted in one bound), and all seconds together."""

    counts: Mapping[float, int]
    sum_s: float


def add_lags(connection: Connection, lags: Iterable[tuple[bool, float]]) -> None:
    """Adds (waited, seconds) of each award that Twenty got; its callers hold the publisher's lock."""
    counts: Counter[tuple[bool, float]] = Counter()
    sums_s: defaultdict[tuple[bool, float], float] = defaultdict(float)
    for waited, lag_s in lags:
        key = (waited, BOUNDS_S[bisect_left(BOUNDS_S, lag_s)])
        counts[key] += 1
        sums_s[key] += lag_s
    if not counts:
        return
    rows = [
        {"waited": key[0], "up_to_s": key[1], "count": count, "sum_s": sums_s[key]} for key, count in counts.items()
    ]
    statement = insert(publish_lags).values(rows)
    new, kept = statement.excluded, publish_lags.c
    added = {"count": kept["count"] + new["count"], "sum_s": kept.sum_s + new.sum_s}
    connection.execute(statement.on_conflict_do_update(constraint=publish_lags.primary_key, set_=added))


def lag_histograms(connection: Connection) -> dict[bool, LagHistogram]:
    """What was decided at once (False) and what waited for the watermark (True); every bound is there."""
    rows = connection.execute(select(publish_lags)).all()
    return {
        waited: LagHistogram(
            dict.fromkeys(BOUNDS_S, 0) | {row.up_to_s: int(row[2]) for row in rows if row.waited == waited},
            sum(row.sum_s for row in rows if row.waited == waited),
        )
        for waited in (False, True)
    }
