"""Audits: what each `repsync audit` looked at and found, and those that are asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from ledger.tables import audit_runs, deliveries

_c = audit_runs.c


@dataclass(frozen=True, slots=True)
class AuditRun:
    """An audit; while it is asked for or at work `finished_at` is None.

    `found_off` counts what is off, `proofs` are {name, claim, holds, figures, off, discrepancies}, both None where the
    audit broke off; `problem` says why then.
    """

    id: int
    asked_at: datetime
    asked_by: str
    began_at: datetime | None
    finished_at: datetime | None
    found_off: int | None
    proofs: Sequence[Mapping[str, Any]] | None
    problem: str | None


def ask_for_audit(connection: Connection, by: str) -> None:
    """One that waits already is enough."""
    if waiting_audit(connection) is None:
        connection.execute(insert(audit_runs).values(asked_by=by))


def waiting_audit(connection: Connection) -> int | None:
    """The oldest that is not finished."""
    waits = select(func.min(_c.id)).where(_c.finished_at.is_(None))
    return connection.execute(waits).scalar()


def begin_audit(connection: Connection, run: int) -> None:
    """It is at work, again if a worker was killed."""
    connection.execute(update(audit_runs).where(_c.id == run).values(began_at=func.clock_timestamp()))


def finish_audit(connection: Connection, run: int, found_off: int, proofs: Sequence[Mapping[str, Any]]) -> None:
    """It looked at everything."""
    _finish(connection, run, {"found_off": found_off, "proofs": list(proofs)})


def break_off_audit(connection: Connection, run: int, problem: str) -> None:
    """It proved nothing; `problem` holds nothing of a record."""
    _finish(connection, run, {"problem": problem})


def keep_audit(
    connection: Connection, by: str, began_at: datetime, found_off: int, proofs: Sequence[Mapping[str, Any]]
) -> None:
    """One that was asked for, begun and finished by a person."""
    values = {"asked_by": by, "asked_at": began_at, "began_at": began_at, "finished_at": func.clock_timestamp()}
    connection.execute(insert(audit_runs).values(found_off=found_off, proofs=list(proofs), **values))


def last_audits(connection: Connection, limit: int) -> list[AuditRun]:
    """The newest first."""
    found = connection.execute(select(audit_runs).order_by(_c.id.desc()).limit(limit)).mappings()
    return [AuditRun(**row) for row in found]


def audited_since(connection: Connection, at: datetime) -> bool:
    """Whether one was asked for since then."""
    last = connection.execute(select(func.max(_c.asked_at))).scalar()
    return last is not None and last >= at


def first_received_at(connection: Connection) -> datetime | None:
    """Since when there is something to prove."""
    return connection.execute(select(deliveries.c.received_at).order_by(deliveries.c.id).limit(1)).scalar()


def _finish(connection: Connection, run: int, values: Mapping[str, Any]) -> None:
    connection.execute(update(audit_runs).where(_c.id == run).values(finished_at=func.clock_timestamp(), **values))
