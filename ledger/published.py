"""What was published: reps' rows in Twenty as they are known, what is about to be written, what was refused."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Boolean, Connection, bindparam, case, func, select, update

from ledger.backoff import next_try_at
from ledger.tables import publisher_state, reps
from programs.progression.xp_merge import Memory

# default: somebody who mended a field in Twenty sees it written, and a row that stays refused costs few calls
REFUSED_RETRY, LONGEST_REFUSED_RETRY = timedelta(hours=1), timedelta(hours=8)
PASSING_RETRY = timedelta(minutes=1)  # default


def load_standings(connection: Connection) -> dict[str, dict[str, Any]]:
    """The standing last published of each rep."""
    rows = connection.execute(select(reps.c.id, reps.c.standing).where(reps.c.standing.is_not(None)))
    return {row.id: row.standing for row in rows}


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
