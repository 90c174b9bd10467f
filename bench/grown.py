"""Ledgers of many sizes in one PostgreSQL, each beside a sandbox Twenty that has its reps' rows."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import text

from bench.cloning import clone, clone_deliveries, numbered
from bench.crowd import author, rep_id, title
from bench.stores import AMPLE_SHARE
from ledger.engine import autocommit, connect_engine, transaction
from ledger.migrate import upgrade
from programs.progression.rep_rows import OWNER
from runtime.bootstrap import worker_parts
from runtime.settings import Settings
from sandbox.embedded.servers import EmbeddedServers
from sandbox.twenty import SandboxTwenty
from sandbox.twenty.clock import to_stamp
from worker.digest import digest_batch
from worker.parts import Parts
from worker.publish import publish_batch
from worker.sweep import sweep
from worker.watermark import move_watermark

# The reps that are measured have the same history in a ledger of every size; all others share the rest.
SUBJECT, OTHER = "aaaaaaaa", "bbbbbbbb"
SUBJECTS, SUBJECT_FACTS = 5, 200
MOST_DELIVERIES = 100_000
HISTORY = timedelta(days=60)
KEY = "a-key-of-the-bench"


@dataclass(frozen=True, slots=True)
class Size:
    """How many facts, of how many reps."""

    facts: int
    reps: int

    @property
    def others(self) -> int:
        """Reps that are there to be many."""
        return self.reps - SUBJECTS

    @property
    def facts_of_each(self) -> int:
        """Facts of each of those."""
        return (self.facts - SUBJECTS * SUBJECT_FACTS) // self.others


@dataclass(frozen=True, slots=True)
class Grown:
    """A ledger of that size. `subjects` are the ids of the reps whose history is the same in all."""

    size: Size
    settings: Settings
    parts: Parts
    twenty: SandboxTwenty
    subjects: Sequence[str]


@contextmanager
def grown(servers: EmbeddedServers, size: Size) -> Iterator[Grown]:
    """A database of its own in these servers, filled."""
    twenty = SandboxTwenty(KEY, tokens=None)
    settings = Settings(
        database_url=_database(servers, f"facts_{size.facts}"),
        redis_url=servers.redis_url,
        twenty_url=twenty.start(),
        twenty_api_key=KEY,
        twenty_calls_per_minute=AMPLE_SHARE,
    )
    try:
        subjects = [rep_id(0, prefix) for prefix in (SUBJECT, *numbered(_copies_of_subject()))]
        ours = Grown(size, settings, worker_parts(settings), twenty, subjects)
        _fill(ours)
        yield ours
    finally:
        twenty.stop()


def _copies_of_subject() -> range:
    return range(1, SUBJECTS)


def _copies_of_other(size: Size) -> range:
    return range(0x1000, 0x1000 + size.others - 1)


def _database(servers: EmbeddedServers, name: str) -> str:
    with autocommit(connect_engine(servers.database_url)) as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    url = urlsplit(servers.database_url)._replace(path=f"/{name}").geturl()
    upgrade(url)
    return url


def _fill(ours: Grown) -> None:
    """Two reps' work goes the whole way; the rest is copies of it."""
    _put_work(ours.twenty, SUBJECT, SUBJECT_FACTS)
    _put_work(ours.twenty, OTHER, ours.size.facts_of_each)
    settle(ours.parts)
    settle(ours.parts)
    subjects, others = _copies_of_subject(), _copies_of_other(ours.size)
    told = MOST_DELIVERIES // ours.size.facts_of_each
    with transaction(ours.parts.engine) as connection:
        clone(connection, SUBJECT, subjects)
        clone(connection, OTHER, others)
        clone_deliveries(connection, SUBJECT, subjects)
        clone_deliveries(connection, OTHER, others[:told])
    _copy_rows(ours.twenty, SUBJECT, subjects)
    _copy_rows(ours.twenty, OTHER, others)
    with autocommit(ours.parts.engine) as connection:
        connection.execute(text("VACUUM ANALYZE"))


def settle(parts: Parts) -> None:
    """One sweep, digested and published."""
    sweep(parts)
    digest_all(parts)
    while publish_batch(parts):
        pass


def digest_all(parts: Parts) -> int:
    """Digests what waits and returns how many deliveries."""
    total = 0
    while done := digest_batch(parts):
        total += done
    move_watermark(parts)
    return total


def _put_work(twenty: SandboxTwenty, prefix: str, notes: int) -> None:
    """A member, an empty row and so many call notes of the last 60 days, whose ids all begin alike."""
    rep, now_at = rep_id(0, prefix), datetime.now(UTC) - timedelta(hours=1)
    twenty.put("workspaceMembers", {"id": rep, "name": {"firstName": "Rep", "lastName": f"{prefix}-"}})
    twenty.put("repProgressions", {"id": f"{prefix}-0000-4000-a000-000000000000", OWNER: rep})
    for number in range(1, notes + 1):
        stamp = to_stamp(now_at - HISTORY * (number / notes))
        row = {"id": f"{prefix}-0000-4000-9000-{number:012x}", "title": title(number), "createdBy": author(rep)}
        twenty.put("notes", {**row, "createdAt": stamp, "updatedAt": stamp})


def _copy_rows(twenty: SandboxTwenty, prefix: str, copies: range) -> None:
    """The reps' rows; their members and notes are known, and no sweep reads what did not change."""
    row = next(row for row in twenty.rows("repProgressions") if str(row["id"]).startswith(prefix))
    told = json.dumps({**row, "updatedAt": to_stamp(datetime.now(UTC) - timedelta(hours=1))})
    for beginning in numbered(copies):
        twenty.put("repProgressions", json.loads(told.replace(f"{prefix}-", f"{beginning}-")))
