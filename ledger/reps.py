"""Reps: who they are to repsync, and what it knows of their rows in Twenty."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Text, func, select, update
from sqlalchemy.dialects.postgresql import insert

from ledger.causes import Causes
from ledger.recordsets import any_of, given, recordset
from ledger.tables import reps
from programs.progression.xp_merge import Memory

_IDS = recordset({"id": Text()})
_CREATE = insert(reps).from_select(["id"], select(_IDS)).on_conflict_do_nothing()
# Not of a `Rep`: what is large, and what is worked out of it.
_REP = tuple(column for column in reps.c if column.name not in ("standing", "row") and column.computed is None)


@dataclass(frozen=True, slots=True)
class Rep:
    """A rep. `opened_at` is None until the row in Twenty was read for the first time.

    `gap_behind_at` is where the watermark stood when the row first held more XP of ours than the awards explain.
    `causes` are the deliveries since the last write. For one who was `forgotten` nothing is published.
    """

    id: str
    dirty: int
    opened_at: datetime | None
    gap_behind_at: datetime | None
    memory: Memory
    causes: Causes | None
    forgotten: bool = False


def lock_reps(connection: Connection, ids: Collection[str]) -> dict[str, Rep]:
    """Creates the missing ones and locks all, in one order, until the transaction ends."""
    if not ids:
        return {}
    connection.execute(_CREATE, given([{"id": rep} for rep in sorted(ids)]))
    locked = select(*_REP).where(reps.c.id == any_of(ids)).order_by(reps.c.id).with_for_update()
    return {row.id: _rep(row) for row in connection.execute(locked)}


def load_reps(connection: Connection, ids: Collection[str]) -> dict[str, Rep]:
    """Those of these reps who are there, not locked: for who only looks."""
    return {row.id: _rep(row) for row in connection.execute(select(*_REP).where(reps.c.id == any_of(ids)))}


def _rep(row: Any) -> Rep:
    memory = Memory(
        foreign_xp=row.foreign_xp,
        synced_xp=row.synced_xp,
        sequence=row.sequence,
        adopted_at=row.adopted_at,
        shared=row.shared,
        intended_total=row.intended_total,
        intended_synced=row.intended_synced or 0,
        duplicates=row.duplicates or {},
    )
    causes = None if row.first_delivery_id is None else Causes(row.first_delivery_id, row.last_delivery_id)
    return Rep(row.id, row.dirty, row.opened_at, row.gap_behind_at, memory, causes, row.forgotten_at is not None)


def open_rep(connection: Connection, rep: str, adopted_at: datetime | None) -> None:
    """Remembers that the rep's row was read, and since when repsync pays (None: from the start)."""
    connection.execute(
        update(reps).where(reps.c.id == rep).values(opened_at=func.clock_timestamp(), adopted_at=adopted_at)
    )
