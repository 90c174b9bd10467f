"""Reps: whose standing must be computed and published, and what repsync knows of their row in Twenty."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Connection,
    DateTime,
    Text,
    and_,
    bindparam,
    case,
    cast,
    func,
    select,
    text,
    true,
    union,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from ledger.backoff import next_try_at
from ledger.causes import Causes
from ledger.recordsets import any_of, given, recordset
from ledger.tables import CHANGED_FACT, facts, members, publisher_state, rank_steps, reps
from programs.progression.fold import RankStep
from programs.progression.xp_merge import Memory

# default: somebody who mended a field in Twenty sees it written, and a row that stays refused costs few calls
REFUSED_RETRY, LONGEST_REFUSED_RETRY = timedelta(hours=1), timedelta(hours=8)
PASSING_RETRY = timedelta(minutes=1)  # default
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


@dataclass(frozen=True, slots=True)
class Member:
    """A workspace member's name, time zone (an IANA name, `system` or None), and since when it is deleted, if it is."""

    name: str
    time_zone: str | None
    deleted_at: datetime | None = None


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


def load_standings(connection: Connection) -> dict[str, dict[str, Any]]:
    """The standing last published of each rep."""
    rows = connection.execute(select(reps.c.id, reps.c.standing).where(reps.c.standing.is_not(None)))
    return {row.id: row.standing for row in rows}


def open_rep(connection: Connection, rep: str, adopted_at: datetime | None) -> None:
    """Remembers that the rep's row was read, and since when repsync pays (None: from the start)."""
    connection.execute(
        update(reps).where(reps.c.id == rep).values(opened_at=func.clock_timestamp(), adopted_at=adopted_at)
    )


@dataclass(frozen=True, slots=True)
class Published:
    """Twenty's `row` is as the standing says, computed from the dirty number `done`."""

    rep: str
    done: int
    memory: Memory
    standing: Mapping[str, object]
    next_change_at: datetime | None
    row: Mapping[str, object]


_done = bindparam("new_done", type_=BigInteger)
_clean = reps.c.dirty <= _done
_REMEMBERED = (
    update(reps)
    .where(reps.c.id == bindparam("rep"))
    .values(
        done=func.greatest(reps.c.done, _done),
        dirty_at=func.clock_timestamp(),
        foreign_xp=func.greatest(reps.c.foreign_xp, bindparam("new_foreign_xp", type_=BigInteger)),
        synced_xp=func.greatest(reps.c.synced_xp, bindparam("new_synced_xp", type_=BigInteger)),
        sequence=func.greatest(reps.c.sequence, bindparam("new_sequence", type_=BigInteger)),
        shared=reps.c.shared | bindparam("new_shared", type_=Boolean),
        intended_total=None,
        refused_at=None,
        refusals=0,
        duplicates=bindparam("new_duplicates"),
        standing=bindparam("new_standing"),
        next_change_at=bindparam("new_next_change_at"),
        published_at=func.clock_timestamp(),
        first_delivery_id=case((_clean, None), else_=reps.c.first_delivery_id),
        last_delivery_id=case((_clean, None), else_=reps.c.last_delivery_id),
        row=bindparam("new_row"),
    )
)


def remember_published(connection: Connection, published: Sequence[Published]) -> None:
    """Twenty's rows are as their standings say; a rep is clean if it did not get dirty again meanwhile.

    If it did, it waits behind those that wait now, and the next write names this one's causes too.
    """
    connection.execute(_REMEMBERED, [_remembered(each) for each in published])


def _remembered(new: Published) -> dict[str, object]:
    return {
        "rep": new.rep,
        "new_done": new.done,
        "new_foreign_xp": new.memory.foreign_xp,
        "new_synced_xp": new.memory.synced_xp,
        "new_sequence": new.memory.sequence,
        "new_shared": new.memory.shared,
        "new_duplicates": dict(new.memory.duplicates) or None,
        "new_standing": dict(new.standing),
        "new_next_change_at": new.next_change_at,
        "new_row": dict(new.row),
    }


def known_row(connection: Connection, rep: str) -> Mapping[str, Any] | None:
    """The rep's row in Twenty as it was last known; None if there was none, or nobody looked."""
    return connection.execute(select(reps.c.row).where(reps.c.id == rep)).scalar() or None


def intend(connection: Connection, rep: str, total: int, synced: int) -> None:
    """What is about to be written, in case the answer never comes."""
    intended = {"intended_total": total, "intended_synced": synced}
    connection.execute(update(reps).where(reps.c.id == rep).values(**intended))


def recheck(connection: Connection, ids: Collection[str], wait: timedelta) -> None:
    """These rows are read once more in a while: a write that timed out can still arrive, after a newer one."""
    connection.execute(update(reps).where(reps.c.id.in_(ids)).values(recheck_at=func.clock_timestamp() + wait))


def refuse(connection: Connection, rep: str, dirty: int, reason: str, retry: timedelta = REFUSED_RETRY) -> None:
    """This rep's row can't be written: it waits for the next change, for somebody to look, or for `retry`.

    That doubles each time in a row. `dirty` is the number that was tried: what changed meanwhile is tried anew.
    """
    tried = (reps.c.id == rep) & (reps.c.dirty == dirty)
    connection.execute(
        update(reps)
        .where(tried)
        .values(
            refused=reason,
            refused_at=func.clock_timestamp(),
            refusals=reps.c.refusals + 1,
            recheck_at=next_try_at(reps.c.refusals, retry, LONGEST_REFUSED_RETRY),
        )
    )


def put_off_publishing(connection: Connection, reason: str, wait: timedelta) -> None:
    """Nobody publishes for a while: the workspace can't take rows as it is, and `reason` says why."""
    until = func.clock_timestamp() + wait
    connection.execute(update(publisher_state).values(put_off_until=until, reason=reason))


def remember_gap(connection: Connection, rep: str, behind_at: datetime | None) -> None:
    """Since which watermark the row holds XP of ours that no award explains; None when all is explained."""
    connection.execute(update(reps).where(reps.c.id == rep).values(gap_behind_at=behind_at))


def keep_rank_steps(connection: Connection, rep: str, steps: Iterable[RankStep]) -> None:
    """Promotions are kept for good; one that is there stays as it is."""
    rows = [{"rep": rep, "rank": step.rank, "fact_key": step.fact_key, "reached_at": step.reached_at} for step in steps]
    if rows:
        connection.execute(insert(rank_steps).values(rows).on_conflict_do_nothing())


def load_members(connection: Connection, ids: Collection[str]) -> dict[str, Member]:
    """Name and time zone of those who are known."""
    rows = connection.execute(select(members).where(members.c.id == any_of(ids)))
    return {row.id: Member(row.name, row.time_zone, row.deleted_at) for row in rows}


def save_members(connection: Connection, rows: Sequence[Mapping[str, object]]) -> list[str]:
    """Keeps the newest of each member (id, name, time_zone, updated_at, deleted_at); returns who is new or changed."""
    before = load_members(connection, [str(row["id"]) for row in rows])
    for row in rows:
        statement = insert(members).values(**row)
        connection.execute(
            statement.on_conflict_do_update(
                index_elements=["id"],
                set_={name: statement.excluded[name] for name in ("name", "time_zone", "updated_at", "deleted_at")},
                where=members.c.updated_at <= statement.excluded.updated_at,
            )
        )
    after = load_members(connection, [str(row["id"]) for row in rows])
    return [rep for rep, member in after.items() if member != before.get(rep)]
