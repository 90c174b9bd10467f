"""The audit log: what was changed by hand or by later knowledge, what was there before, and why. Never pruned."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, insert

from ledger.tables import audit_log


def add(
    connection: Connection,
    actor: str,
    action: str,
    subject: str,
    rep: str | None,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    cause: str | None,
) -> None:
    """Writes down one change: who did what to which subject, and whose standing it is about. Holds no note text."""
    connection.execute(
        insert(audit_log).values(
            actor=actor, action=action, subject=subject, rep=rep, before=before, after=after, cause=cause
        )
    )
