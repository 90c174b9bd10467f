"""Trying refused rows again because somebody asks for it: after a field was mended in Twenty, say."""

from collections.abc import Collection

from ledger.audit import AuditRow, add_rows
from ledger.engine import transaction
from ledger.refused_rows import retry_rows
from worker.parts import Parts
from worker.requeueing import wake
from worker.wake import PUBLISH


def retry_refused(parts: Parts, reps: Collection[str], actor: str) -> int:
    """Those of these reps whose row is refused are published again, each with an audit row; returns how many."""
    with transaction(parts.engine) as connection:
        retried = retry_rows(connection, reps)
        rows = [AuditRow(actor, "retry row", f"row:{row.rep}", row.rep, {"refused": row.reason}) for row in retried]
        add_rows(connection, rows)
    if retried:
        wake(parts, PUBLISH)
    return len(retried)
