"""Digesting: notes a second from the inbox to facts, awards and day totals, by one RQ worker.

The limit: the rows that come of the notes (record versions, facts, awards, day totals), known beforehand, in bulk
inserts of 1,000 into the same tables with the same indexes, in one transaction, by statements that are made once. The
plain way: one job for each note, which does the same for that one alone. The median of the rounds.
"""

import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from itertools import islice
from statistics import median

from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer
from sqlalchemy import Engine, MetaData, Table, insert, select, text

from bench.calm import TRIES, calmest
from bench.crowd import rep_id
from bench.figures import Figure
from bench.notes import call_notes
from bench.one_job_a_note import JOB, QUEUE
from bench.rq_workers import wait_for_workers
from bench.stores import Stores, empty_stores
from bench.table import number
from bench.workforce import know
from ledger.engine import connect_engine, transaction
from ledger.inbox import newest_pending, store_all
from ledger.recordsets import given, recordset
from ledger.tables import awards, day_totals, facts, record_versions
from sandbox.embedded.processes import ProcessGroup
from schemas.delivery import NewDelivery
from worker.wake import DIGEST, queue_name

WRITTEN = (record_versions, facts, awards, day_totals)
AT_ONCE = 1_000
REPS = 60
LOOK_S = 0.1


@dataclass(frozen=True, slots=True)
class _Rates:
    """Notes a second."""

    repsync: float
    limit: float
    plain: float


def measure(quick: bool) -> Sequence[Figure]:
    """Errors: `EmbeddedServerError`, `NotDone`."""
    rounds, tries, notes, singly = (1, 1, 3_000, 30) if quick else (3, TRIES, 8_000, 60)
    return list(_figures([calmest(lambda: _round(notes, singly), tries) for _ in range(rounds)]))


def _round(notes: int, singly: int) -> _Rates:
    with empty_stores() as stores:
        engine, reps = connect_engine(stores.database_url, pooled=True), [rep_id(number) for number in range(REPS)]
        with transaction(engine) as connection:
            know(connection, reps)
        waiting = call_notes(reps)
        in_batches = _rate(stores, engine, list(islice(waiting, notes)), queue_name(DIGEST), DIGEST, jobs=1)
        bulk = notes / _bulk_insert_s(engine)
        return _Rates(in_batches, bulk, _rate(stores, engine, list(islice(waiting, singly)), QUEUE, JOB, jobs=singly))


def _rate(stores: Stores, engine: Engine, notes: Sequence[NewDelivery], queue: str, job: str, *, jobs: int) -> float:
    """Notes a second, from when a worker that waits is given its jobs until no note waits."""
    _put(engine, notes)
    with ProcessGroup(stores.folder) as group, Redis.from_url(stores.redis_url) as redis:
        group.start("worker", [sys.executable, "-m", "bench.rq_workers", queue], stores.environment())
        wait_for_workers(stores.redis_url, 1)
        began_s = time.perf_counter()
        given = Queue(queue, connection=redis, serializer=JSONSerializer)
        given.enqueue_many([Queue.prepare_data(job, result_ttl=0) for _ in range(jobs)])
        while _waits(engine):
            time.sleep(LOOK_S)
        return len(notes) / (time.perf_counter() - began_s)


def _put(engine: Engine, notes: Sequence[NewDelivery]) -> None:
    for start in range(0, len(notes), AT_ONCE):
        with transaction(engine) as connection:
            store_all(connection, notes[start : start + AT_ONCE])


def _waits(engine: Engine) -> bool:
    with transaction(engine) as connection:
        return newest_pending(connection) is not None


def _bulk_insert_s(engine: Engine) -> float:
    """Seconds that it takes to put all rows that were written into empty tables of the same kind."""
    with transaction(engine) as connection:
        rows = {table: [dict(row) for row in connection.execute(select(table)).mappings()] for table in WRITTEN}
    copies = {table: _empty_copy(engine, table) for table in WRITTEN}
    began_s = time.perf_counter()
    with transaction(engine) as connection:
        for table, copy in copies.items():
            columns = {column.name: column.type for column in copy.c}
            bulk = insert(copy).from_select(list(columns), select(recordset(columns)))
            for start in range(0, len(rows[table]), AT_ONCE):
                connection.execute(bulk, given(rows[table][start : start + AT_ONCE]))
    return time.perf_counter() - began_s


def _empty_copy(engine: Engine, table: Table) -> Table:
    """With the same indexes."""
    with transaction(engine) as connection:
        connection.execute(text("CREATE SCHEMA IF NOT EXISTS bulk"))
        connection.execute(text(f"CREATE TABLE bulk.{table.name} (LIKE public.{table.name} INCLUDING ALL)"))
    return table.to_metadata(MetaData(), schema="bulk")


def _figures(rounds: Sequence[_Rates]) -> Iterator[Figure]:
    own, limit, plain = (median(rates) for rates in zip(*(astuple(each) for each in rounds), strict=True))
    of_limit = median(each.repsync / each.limit for each in rounds)
    of_plain = median(each.repsync / each.plain for each in rounds)
    target, is_met = "≥ 5,000 /s or ≥ 0.25 × the limit", own >= 5_000 or of_limit >= 0.25
    yield Figure("notes a second", own, "/s", f"limit: {number(limit)} /s", of_limit, target, is_met)
    target, is_met = "≥ 30 × the plain way", of_plain >= 30
    yield Figure("notes a second", own, "/s", f"plain: {number(plain)} /s", of_plain, target, is_met)
