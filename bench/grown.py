"""Ledgers of many sizes in one PostgreSQL, each beside a sandbox Twenty that has its reps' rows."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import text

from bench.cloning import Copies, fill, numbered
from bench.crowd import author, rep_id, title
from bench.stores import AMPLE_SHARE
from ledger.engine import autocommit, connect_engine
from ledger.migrate import upgrade
from programs.progression.rep_rows import OWNER
from runtime.bootstrap import worker_parts
from runtime.settings import Settings
from sandbox.embedded.servers import EmbeddedServers
from sandbox.twenty import SandboxTwenty
from sandbox.twenty.clock import to_stamp
from sandbox.twenty.schema import Row
from worker.digest import digest_batch
from worker.parts import Parts
from worker.publish import publish_batch
from worker.sweep import sweep
from worker.watermark import move_watermark

# The reps that are measured have the same history in a ledger of every size; all others share the rest.
SUBJECT, OTHER, NOBODY = "aaaaaaaa", "bbbbbbbb", "cccccccc"
SUBJECTS, SUBJECT_FACTS = 5, 200
# Facts without a rep, as many in each ledger: who reads them out came later, and their leads are nobody's.
NOBODYS, NOBODY_FACTS, DIALERS = 20, 100, 5
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
        return (self.facts - SUBJECTS * SUBJECT_FACTS - NOBODYS * NOBODY_FACTS) // self.others


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


@contextmanager
def filling(servers: EmbeddedServers) -> Iterator[None]:
    """While ledgers are filled the disk need not keep up; databases are made after the one that is migrated here."""
    upgrade(servers.database_url)
    hurried = {"fsync": "off", "full_page_writes": "off", "max_wal_size": "'16GB'", "autovacuum": "off"}
    _set(servers, [f"ALTER SYSTEM SET {name} = {value}" for name, value in hurried.items()])
    try:
        yield
    finally:
        _set(servers, ["ALTER SYSTEM RESET ALL"])
        _set(servers, ["CHECKPOINT"])


def _set(servers: EmbeddedServers, statements: Sequence[str]) -> None:
    with autocommit(connect_engine(servers.database_url)) as connection:
        for statement in (*statements, "SELECT pg_reload_conf()"):
            connection.execute(text(statement))


def _database(servers: EmbeddedServers, name: str) -> str:
    _set(servers, [f"CREATE DATABASE {name} TEMPLATE {urlsplit(servers.database_url).path[1:]}"])
    return urlsplit(servers.database_url)._replace(path=f"/{name}").geturl()


def _fill(ours: Grown) -> None:
    """Two reps' work and nobody's goes the whole way; the rest is copies of it."""
    size, subjects = ours.size, _copies_of_subject()
    others, nobodys = range(0x1000, 0x1000 + size.others - 1), range(0x7000_0000, 0x7000_0000 + NOBODYS - 1)
    _put_work(ours.twenty, SUBJECT, SUBJECT_FACTS)
    _put_work(ours.twenty, OTHER, size.facts_of_each)
    _put_notes(ours.twenty, NOBODY, NOBODY_FACTS, [_dialer(number) for number in range(DIALERS)])
    settle(ours.parts)
    settle(ours.parts)
    told = MOST_DELIVERIES // size.facts_of_each
    copied = [Copies(SUBJECT, subjects, SUBJECTS), Copies(OTHER, others, told), Copies(NOBODY, nobodys, NOBODYS)]
    fill(ours.parts.engine, copied)
    _copy_rows(ours.twenty, SUBJECT, subjects)
    _copy_rows(ours.twenty, OTHER, others)


def settle(parts: Parts) -> None:
    """One sweep, digested and published."""
    sweep(parts)
    digest_all(parts)
    move_watermark(parts)
    while publish_batch(parts):
        pass


def digest_all(parts: Parts) -> None:
    """Digests what waits."""
    while digest_batch(parts):
        pass


def _put_work(twenty: SandboxTwenty, prefix: str, notes: int) -> None:
    """A member, an empty row and so many call notes, whose ids all begin alike."""
    rep = rep_id(0, prefix)
    twenty.put("workspaceMembers", {"id": rep, "name": {"firstName": "Rep", "lastName": f"{prefix}-"}})
    twenty.put("repProgressions", {"id": f"{prefix}-0000-4000-a000-000000000000", OWNER: rep})
    _put_notes(twenty, prefix, notes, [author(rep)])


def _put_notes(twenty: SandboxTwenty, prefix: str, notes: int, authors: Sequence[Row]) -> None:
    """So many call notes of the last 60 days, of these authors in turn."""
    now_at = datetime.now(UTC) - timedelta(hours=1)
    for number in range(1, notes + 1):
        stamp = to_stamp(now_at - HISTORY * (number / notes))
        row = {"id": note_id(prefix, number), "title": title(number), "createdBy": authors[number % len(authors)]}
        twenty.put("notes", {**row, "createdAt": stamp, "updatedAt": stamp})


def note_id(prefix: str, number: int) -> str:
    """The id of a note of that work."""
    return f"{prefix}-0000-4000-9000-{number:012x}"


def _dialer(number: int) -> Row:
    """`createdBy` of what an API key wrote for whom nobody knows."""
    return {"source": "API", "workspaceMemberId": None, "name": f"Dialer {number}", "context": {}}


def _copy_rows(twenty: SandboxTwenty, prefix: str, copies: range) -> None:
    """The reps' rows; their members and notes are known, and no sweep reads what did not change."""
    row = next(row for row in twenty.rows("repProgressions") if str(row["id"]).startswith(prefix))
    told = json.dumps({**row, "updatedAt": to_stamp(datetime.now(UTC) - timedelta(hours=1))})
    for beginning in numbered(copies):
        twenty.put("repProgressions", json.loads(told.replace(f"{prefix}-", f"{beginning}-")))
