"""The audit log: who changed what, from what to what, and why. Rows are only ever added."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, insert

from ledger.tables import audit_log


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One change: `actor` did `action` to `subject` (a fact's key, an alias, a rep).

    `before` and `after` hold what differs, without texts of notes; `cause` names the delivery or command.
    """

    actor: str
    action: str
    subject: str
    rep: str | None = None
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    cause: str | None = None


def add_rows(connection: Connection, rows: Sequence[AuditRow]) -> None:
    """Adds rows in one statement, in the order given."""
    if rows:
        connection.execute(insert(audit_log).values([asdict(row) for row in rows]))


def add(
    connection: Connection,
    *,
    actor: str,
    action: str,
    subject: str,
    rep: str | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    cause: str | None = None,
) -> int:
    """Adds one row and returns its id."""
    row = AuditRow(actor, action, subject, rep, before, after, cause)
    return int(connection.execute(insert(audit_log).values(asdict(row)).returning(audit_log.c.id)).scalar_one())
