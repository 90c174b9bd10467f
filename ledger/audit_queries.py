"""The audit log for people to look through: who did what, newest first, page by page. Reads only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, select, tuple_

from ledger.tables import audit_log, members

_LOOKED_AT_FOR_CHOICES = 2_000
_c = audit_log.c


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Exact words; `rep` is a workspace member's id, `since` and `until` (not included) bound the time."""

    actor: str | None = None
    action: str | None = None
    subject: str | None = None
    rep: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """A row of the audit log, and the name of the member whom it concerns."""

    id: int
    at: datetime
    actor: str
    action: str
    subject: str
    rep: str | None
    rep_name: str | None
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    cause: str | None


def audit_records(connection: Connection, wanted: AuditFilter, before: int | None, limit: int) -> list[AuditRecord]:
    """Rows that fit, newest first, of those behind the row with the id `before` if there is one."""
    conditions = _conditions(wanted)
    last = None if before is None else audit_record(connection, before)
    if last is not None:
        conditions.append(tuple_(_c.at, _c.id) < (last.at, last.id))
    newest = _named().where(*conditions).order_by(_c.at.desc(), _c.id.desc()).limit(limit)
    return [AuditRecord(**row) for row in connection.execute(newest).mappings()]


def audit_record(connection: Connection, record_id: int) -> AuditRecord | None:
    """One row."""
    row = connection.execute(_named().where(_c.id == record_id)).mappings().first()
    return AuditRecord(**row) if row else None


def audit_choices(connection: Connection) -> tuple[list[str], list[str]]:
    """The actors and the actions of the last 2,000 rows, to choose from."""
    latest = select(_c.actor, _c.action).order_by(_c.at.desc(), _c.id.desc()).limit(_LOOKED_AT_FOR_CHOICES).subquery()
    actors, actions = (
        sorted(connection.execute(select(latest.c[name]).distinct()).scalars()) for name in ("actor", "action")
    )
    return actors, actions


def _named() -> Any:
    columns = (_c.id, _c.at, _c.actor, _c.action, _c.subject, _c.rep, members.c.name.label("rep_name"))
    joined = audit_log.outerjoin(members, members.c.id == _c.rep)
    return select(*columns, _c.before, _c.after, _c.cause).select_from(joined)


def _conditions(wanted: AuditFilter) -> list[ColumnElement[bool]]:
    words = {"actor": wanted.actor, "action": wanted.action, "subject": wanted.subject, "rep": wanted.rep}
    found = [_c[name] == word for name, word in words.items() if word is not None]
    if wanted.since is not None:
        found.append(_c.at >= wanted.since)
    if wanted.until is not None:
        found.append(_c.at < wanted.until)
    return found
