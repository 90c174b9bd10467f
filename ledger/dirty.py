"""Dirty reps: whose standing must be computed and published."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    DateTime,
    and_,
    case,
    cast,
    func,
    select,
    text,
    true,
    union,
    update,
)

from ledger.recordsets import any_of
from ledger.tables import CHANGED_FACT, facts, publisher_state, reps


def mark_dirty(connection: Connection, ids: Collection[str]) -> None:
    """These reps' standing may have changed. They are locked in one order, as everywhere.

    One that is dirty already keeps its place among those that wait; who was forgotten never waits.
    """
    if not ids:
        return
    those = reps.c.id == any_of(ids)
    connection.execute(select(reps.c.id).where(those).order_by(reps.c.id).with_for_update())
    waits = ((reps.c.dirty > reps.c.done) & reps.c.refused.is_(None), reps.c.dirty_at)
    connection.execute(
        update(reps)
        .where(those, reps.c.forgotten_at.is_(None))
        .values(dirty=reps.c.dirty + 1, dirty_at=case(waits, else_=func.clock_timestamp()), refused=None)
    )


def mark_workers_dirty(connection: Connection, ids: Collection[str]) -> None:
    """Those of these members who have facts: the others get no row."""
    working = select(facts.c.rep).where(facts.c.rep.in_(ids)).distinct()
    mark_dirty(connection, connection.execute(working).scalars().all())


def mark_dirty_by_watermark(connection: Connection, before: datetime | None, now: datetime) -> None:
    """Reps of whom something waited for the watermark, or happened or changed between the old one and the new.

    Each kind is looked up in an index of its own, so that the facts beside cost nothing.
    """
    c = facts.c

    def passed(at: ColumnElement[datetime]) -> ColumnElement[bool]:
        reached = at.is_not(None) & (at <= now)
        return reached if before is None else reached & (at > before)

    state = func.jsonb_array_elements(c.earlier).table_valued("value")
    changed_at = cast(state.c.value.op("->>")("until"), DateTime(timezone=True))
    lately = true() if before is None else func.last_change(c.earlier) > before
    changed = and_(text(CHANGED_FACT), lately, select(state.c.value).where(passed(changed_at)).exists())
    reached = [passed(at) for at in (c.occurred_at, c.met_at, c.held_at, c.won_at)]
    touched = [select(c.rep).where(c.rep.is_not(None), each) for each in (c.unpaid, *reached, changed)]
    with_a_gap = select(reps.c.id).where(reps.c.gap_behind_at.is_not(None))
    mark_dirty(connection, connection.execute(union(*touched, with_a_gap)).scalars().all())


def mark_dirty_by_time(connection: Connection, now: datetime) -> None:
    """Reps whose standing changes with time alone, such as a streak at midnight, and rows to be read once more."""
    changing = (reps.c.next_change_at <= now) & (reps.c.dirty == reps.c.done)
    # Not clock_timestamp(): that may change from row to row, so no index is looked up by it.
    rechecked = reps.c.recheck_at <= func.now()
    due = connection.execute(union(*(select(reps.c.id).where(each) for each in (changing, rechecked)))).scalars().all()
    mark_dirty(connection, due)
    if due:
        connection.execute(update(reps).where(reps.c.id == any_of(due), rechecked).values(recheck_at=None))


def dirty_reps(connection: Connection, limit: int) -> dict[str, int]:
    """Reps to publish with their dirty numbers, those that wait longest first; none while publishing is put off.

    One whose row can't be written waits for its next change.
    """
    put_off = select(publisher_state.c.id).where(publisher_state.c.put_off_until > func.clock_timestamp())
    rows = connection.execute(
        select(reps.c.id, reps.c.dirty)
        .where(reps.c.dirty > reps.c.done, reps.c.refused.is_(None), reps.c.forgotten_at.is_(None), ~put_off.exists())
        .order_by(reps.c.dirty_at)
        .limit(limit)
    )
    return {row.id: row.dirty for row in rows}


@dataclass(frozen=True, slots=True)
class Waiting:
    """A rep's dirty number, and why its row was refused, if it was."""

    dirty: int
    refused: str | None


def waiting_rep(connection: Connection, rep: str) -> Waiting | None:
    """Whether a rep waits for its next change; None for somebody who never worked."""
    row = connection.execute(select(reps.c.dirty, reps.c.refused).where(reps.c.id == rep)).first()
    return None if row is None else Waiting(row.dirty, row.refused)


def count_dirty(connection: Connection) -> int:
    """How many reps wait to be published."""
    waiting = select(func.count()).where(reps.c.dirty > reps.c.done, reps.c.refused.is_(None))
    return connection.execute(waiting).scalar_one()
