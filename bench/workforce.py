"""Reps whom the ledger and Twenty know, with a row each: what everyday work starts from."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection

from ledger.engine import transaction
from ledger.reps import lock_reps, mark_dirty, open_rep, save_members
from sandbox.twenty import SandboxTwenty
from worker.parts import Parts
from worker.publish import publish_batch


def know(connection: Connection, reps: Sequence[str]) -> None:
    """Their names and time zones are known, and their rows were seen: they may get awards."""
    lock_reps(connection, reps)
    for rep in reps:
        open_rep(connection, rep, None)
    member = {"name": "Kim Rep", "time_zone": "America/New_York", "updated_at": datetime.now(UTC), "deleted_at": None}
    save_members(connection, [{"id": rep, **member} for rep in reps])


def hire(twenty: SandboxTwenty, reps: Sequence[str], parts: Parts) -> None:
    """They are workspace members, and each has its row."""
    for rep in reps:
        twenty.put("workspaceMembers", {"id": rep, "name": {"firstName": "Kim", "lastName": "Rep"}})
    with transaction(parts.engine) as connection:
        know(connection, reps)
        mark_dirty(connection, reps)
    while publish_batch(parts):
        pass
