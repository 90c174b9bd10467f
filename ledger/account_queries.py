"""What the ledger knows of one rep, for people to look at. Reads only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, func, select

from ledger.tables import aliases, audit_log, deliveries, facts, members, reps, writes


@dataclass(frozen=True, slots=True)
class RepRecord:
    """A rep's row in the ledger; of a member who never worked only `id`, `name` and `time_zone` say something.

    `dirty_since_at` is None when nothing waits to be published; `row_problem` is what is wrong with the row in Twenty.
    """

    id: str
    name: str | None
    time_zone: str | None
    standing: Mapping[str, Any] | None
    published_at: datetime | None
    dirty_since_at: datetime | None
    refused: str | None
    foreign_xp: int
    synced_xp: int
    adopted_at: datetime | None
    shared: bool
    row_problem: str | None


@dataclass(frozen=True, slots=True)
class Alias:
    """An outside name (`alias`) that a source (`redhawk`, `twenty`) knows the rep by."""

    source: str
    alias: str


@dataclass(frozen=True, slots=True)
class Granted:
    """A rank step or a badge: when it was reached, when we granted it, and the key of the fact that tipped it."""

    name: str
    reached_at: datetime
    granted_at: datetime
    fact_key: str


@dataclass(frozen=True, slots=True)
class Write:
    """Fields (by name, as sent) that Twenty took as the write of this sequence number."""

    written_at: datetime
    sequence: int
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """A row of the audit log: who did what to which subject, from what to what, and why."""

    at: datetime
    actor: str
    action: str
    subject: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    cause: str | None


def load_rep(connection: Connection, rep: str) -> RepRecord | None:
    """The rep with this workspace member id; None if neither a member nor a rep has it, or the rep was forgotten."""
    known = select(members.c.id).where(members.c.id == rep).union(select(reps.c.id).where(reps.c.id == rep)).subquery()
    joined = known.outerjoin(members, members.c.id == known.c.id).outerjoin(reps, reps.c.id == known.c.id)
    row = connection.execute(select(members.c.name, members.c.time_zone, reps).select_from(joined)).first()
    if row is None or row.forgotten_at is not None:
        return None
    return RepRecord(
        id=rep,
        name=row.name,
        time_zone=row.time_zone,
        standing=row.standing,
        published_at=row.published_at,
        dirty_since_at=row.dirty_at if (row.dirty or 0) > (row.done or 0) else None,
        refused=row.refused,
        foreign_xp=row.foreign_xp or 0,
        synced_xp=row.synced_xp or 0,
        adopted_at=row.adopted_at,
        shared=bool(row.shared),
        row_problem=row.row_problem,
    )


def members_named(connection: Connection, name: str) -> list[str]:
    """The ids of the workspace members with exactly this name; of the deleted ones only if no live one has it."""
    c = members.c
    found = connection.execute(select(c.id, c.deleted_at).where(c.name == name).order_by(c.id)).all()
    return [row.id for row in found if row.deleted_at is None] or [row.id for row in found]


def aliases_of(connection: Connection, rep: str) -> list[Alias]:
    """The outside names that stand for the rep."""
    c = aliases.c
    found = connection.execute(select(c.source, c.alias).where(c.rep == rep).order_by(c.source, c.alias))
    return [Alias(row.source, row.alias) for row in found]


def granted(connection: Connection, table: Table, name: str, rep: str) -> list[Granted]:
    """The rep's rows of `rank_steps` or `badges` (`name` is the column that names the rank or badge), oldest first."""
    c = table.c
    found = connection.execute(select(table).where(c.rep == rep).order_by(c.reached_at, c[name])).mappings()
    return [Granted(row[name], row["reached_at"], row["granted_at"], row["fact_key"]) for row in found]


def count_unpaid(connection: Connection, rep: str) -> dict[str, int]:
    """How many facts of each kind wait for the watermark, or for the rep's row to be read for the first time."""
    waiting = select(facts.c.kind, func.count()).where(facts.c.rep == rep, facts.c.unpaid).group_by(facts.c.kind)
    return {kind: int(count) for kind, count in connection.execute(waiting)}


def count_pending(connection: Connection) -> int:
    """How many deliveries of anybody are not digested yet."""
    return connection.execute(select(func.count()).where(deliveries.c.state == "pending")).scalar_one()


def last_writes(connection: Connection, rep: str, limit: int) -> list[Write]:
    """The newest writes to the rep's row in Twenty, newest first."""
    newest = select(writes).where(writes.c.rep == rep).order_by(writes.c.id.desc()).limit(limit)
    return [_write(row) for row in connection.execute(newest)]


def write_carrying(connection: Connection, rep: str, published_at: datetime) -> Write | None:
    """The first write of XP to the rep's row that was kept at `published_at` or later."""
    c = writes.c
    carrying = (c.rep == rep) & (c.written_at >= published_at) & c.fields.has_key("totalXp")
    row = connection.execute(select(writes).where(carrying).order_by(c.id).limit(1)).first()
    return None if row is None else _write(row)


def _write(row: Any) -> Write:
    return Write(row.written_at, row.sequence, row.fields)


def audit_of_rep(connection: Connection, rep: str, limit: int) -> Sequence[AuditEntry]:
    """The newest audit rows that concern the rep, newest first."""
    return _audit(connection, audit_log.c.rep == rep, limit)


def audit_of_subject(connection: Connection, subject: str, limit: int) -> Sequence[AuditEntry]:
    """The newest audit rows about a subject, such as a fact's key, newest first."""
    return _audit(connection, audit_log.c.subject == subject, limit)


def _audit(connection: Connection, condition: Any, limit: int) -> Sequence[AuditEntry]:
    c = audit_log.c
    columns = (c.at, c.actor, c.action, c.subject, c.before, c.after, c.cause)
    return [
        AuditEntry(*row)
        for row in connection.execute(select(*columns).where(condition).order_by(c.id.desc()).limit(limit))
    ]
