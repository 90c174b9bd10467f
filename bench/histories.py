"""Histories: what publishing a rep costs as that rep's own history grows."""

# ruff: noqa: S608 - the statements are put together from the constants below alone

import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from statistics import median
from uuid import uuid4

from sqlalchemy import text

from bench.crowd import note_row, rep_id
from bench.figures import Figure, told
from bench.grown import digest_all, settle
from bench.stores import empty_stores, sandbox
from ledger.engine import autocommit, connected, transaction
from ledger.inbox import store_all
from ledger.reps import mark_dirty
from programs.progression.rep_rows import OWNER
from runtime.bootstrap import worker_parts
from sandbox.twenty import SandboxTwenty
from worker.parts import Parts
from worker.planning import plan_rep
from worker.publish import publish_batch
from worker.rows import RowSource
from worker.swept_rows import deliveries

FULL, QUICK = (200, 2_000, 20_000, 50_000), (2_000, 5_000)
ROUNDS, QUICK_ROUNDS, WARM_UP = 15, 5, 3
SMALL, MOST_GROWTH = 2_000, 1.2
TOLD_AGO, NEWEST_AGO = timedelta(seconds=2), "2 minutes"
# 200 calls a day, round the clock; each lead is called five times in as many days.
_NUMBERS = "generate_series(1, CAST(:facts AS integer)) AS number"
_AT = f"now() - interval '{NEWEST_AGO}' - interval '432 seconds' * (:facts - number)"
_KEY = "'note:' || :prefix || '-0000-4000-9000-' || lpad(to_hex(number), 12, '0')"
_LEAD = ":prefix || '-0000-4000-b000-' || lpad(to_hex(number / 1000 * 200 + number % 200), 12, '0')"
_MEETS = "number % 40 = 0"
_FACTS = f"""
INSERT INTO facts (key, kind, rep, rep_by, lead, lead_known, occurred_at, live, form, disposition, duration_s, reasons,
                   met_at, met_now, call_key, noticed_at, paid_rep, paid_lead)
SELECT {_KEY}, 'call', :rep, 'record', {_LEAD}, true, {_AT}, true, 'V1',
       CASE WHEN {_MEETS} THEN 'APPOINTMENT' WHEN number % 3 = 0 THEN 'CONTACT' ELSE 'NO_ANSWER' END, number % 300,
       CASE WHEN number % 3 = 0 THEN ARRAY['connect', 'dial'] ELSE ARRAY['dial'] END,
       CASE WHEN {_MEETS} THEN {_AT} END, {_MEETS}, {_KEY}, {_AT},
       CASE WHEN {_MEETS} THEN :rep END, CASE WHEN {_MEETS} THEN {_LEAD} END
FROM {_NUMBERS}
"""
_AWARDS = """
INSERT INTO awards (fact_key, reason, cause, rep, amount, basis, rules_version, occurred_at, noticed_at, published_at)
SELECT key, reason, key, rep, CASE reason WHEN 'dial' THEN 2 ELSE 3 END, 'paid', 'bench', occurred_at, noticed_at, now()
FROM facts, unnest(reasons) AS reason WHERE rep = :rep
"""
_DAYS = """
INSERT INTO day_totals (rep, "on", calls, known_durations, sub_thirty, over_two_minutes, activities)
SELECT rep, (occurred_at AT TIME ZONE 'America/New_York')::date, count(*), count(*),
       count(*) FILTER (WHERE duration_s < 30), count(*) FILTER (WHERE duration_s > 120), count(*)
FROM facts WHERE rep = :rep GROUP BY 1, 2
"""


def measure(quick: bool) -> Sequence[Figure]:
    """All reps are of one ledger and are measured in turn, so that what disturbs one disturbs all."""
    sizes, rounds = (QUICK, QUICK_ROUNDS) if quick else (FULL, ROUNDS)
    with _ledger(sizes) as (parts, reps):
        first = {facts: _planned_ms(parts, rep) for facts, rep in reps.items()}
        _publish(parts)
        numbers, found = count(1), defaultdict[int, list[float]](list)
        for _ in range(WARM_UP + rounds):
            for facts, rep in reps.items():
                _call(parts, rep, next(numbers))
                found[facts].append(_planned_ms(parts, rep))
            _publish(parts)
    return _figures(first, {facts: median(each[WARM_UP:]) for facts, each in found.items()})


def _figures(first: Mapping[int, float], medians: Mapping[int, float]) -> list[Figure]:
    large = max(medians)
    against, ratio = f"{medians[SMALL]:.2f} ms at {SMALL:,}", medians[large] / medians[SMALL]
    subject = f"a standing, one call later, at {large:,} facts of the rep"
    growth = Figure(subject, medians[large], "ms", against, ratio, "≤ 1.2 ×", ratio <= MOST_GROWTH)
    between = [told(f"the same at {facts:,}", ms, "ms") for facts, ms in medians.items() if facts not in (SMALL, large)]
    return [growth, *between, *(told(f"all of it anew, at {facts:,} facts", ms, "ms") for facts, ms in first.items())]


@contextmanager
def _ledger(sizes: Sequence[int]) -> Iterator[tuple[Parts, Mapping[int, str]]]:
    """A rep for each size, whose row in Twenty was written."""
    with empty_stores() as stores, sandbox() as twenty:
        parts = worker_parts(stores.settings(twenty.url))
        reps = {facts: _put_rep(twenty, facts) for facts in sizes}
        settle(parts)
        for facts, rep in reps.items():
            _fill(parts, rep, facts)
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


def _fill(parts: Parts, rep: str, facts: int) -> None:
    """Calls that were read, paid and counted, as their rep's digests would have left them."""
    values = {"rep": rep, "facts": facts, "prefix": _prefix(facts)}
    with transaction(parts.engine) as connection:
        for statement in (_FACTS, _AWARDS, _DAYS):
            connection.execute(text(statement), values)
        mark_dirty(connection, [rep])


def _call(parts: Parts, rep: str, number: int) -> None:
    """The rep's next call, digested."""
    at = datetime.now(UTC) - TOLD_AGO
    with transaction(parts.engine) as connection:
        store_all(connection, list(deliveries("note", [note_row(str(uuid4()), rep, number, at)], at, anew=False)))
    digest_all(parts)


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
