"""Reps whom the ledger and Twenty know, with a row each: what everyday work starts from."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection

from bench.crowd import put_reps
from ledger.dirty import mark_dirty
from ledger.engine import transaction
from ledger.members import save_members
from ledger.reps import lock_reps, open_rep
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


def hire(twenty: SandboxTwenty, number: int, parts: Parts) -> list[str]:
    """So many new workspace members, each with a row; their ids."""
    reps = put_reps(twenty, number)
    with transaction(parts.engine) as connection:
        know(connection, reps)
        mark_dirty(connection, reps)
    while publish_batch(parts):
        pass
    return reps
