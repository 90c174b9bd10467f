"""Reps who were forgotten: nothing more is read into facts of theirs, and nothing is published for them."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, delete, func, null, select, update

from ledger.tables import aliases, foreign_growth, members, reps, standing_checkpoints, standing_leads

_r = reps.c
_FOR_PUBLISHING = (
    "standing",
    "row",
    "refused",
    "row_problem",
    "dirty_at",
    "next_change_at",
    "recheck_at",
    "first_delivery_id",
    "last_delivery_id",
)


@dataclass(frozen=True, slots=True)
class Forgotten:
    """Whom to know again: members' ids, RedHawk's ids of theirs, and their names as assignedRep writes them, hidden."""

    reps: frozenset[str] = frozenset()
    redhawk_ids: frozenset[str] = frozenset()
    values: frozenset[str] = field(default=frozenset(), repr=False)


def forgotten_reps(connection: Connection) -> frozenset[str]:
    """The ids of all who were forgotten."""
    return frozenset(connection.execute(select(_r.id).where(_r.forgotten_at.is_not(None))).scalars())


def load_forgotten(connection: Connection) -> Forgotten:
    """All that is kept to know them again."""
    rows = connection.execute(select(_r.id, _r.forgotten_value).where(_r.forgotten_at.is_not(None))).all()
    if not rows:
        return Forgotten()
    ids = frozenset(row.id for row in rows)
    own = select(aliases.c.alias).where(aliases.c.source == "redhawk", aliases.c.rep.in_(ids))
    redhawk_ids = frozenset(connection.execute(own).scalars())
    return Forgotten(ids, redhawk_ids | ids, frozenset(row.forgotten_value for row in rows if row.forgotten_value))


def forgotten_at(connection: Connection, rep: str) -> datetime | None:
    """When the rep was forgotten, if so."""
    found: datetime | None = connection.execute(select(_r.forgotten_at).where(_r.id == rep)).scalar()
    return found


def is_known(connection: Connection, rep: str) -> bool:
    """Whether a member or a rep has this id."""
    of_member = select(members.c.id).where(members.c.id == rep)
    return connection.execute(of_member.union(select(_r.id).where(_r.id == rep))).first() is not None


def set_forgotten(connection: Connection, rep: str, hidden_value: str | None) -> None:
    """Marks the locked rep, and empties what only publishing needs.

    Of outside names the ones of API keys, which others may use, stand for nobody then; RedHawk's ids stay the rep's,
    so that what is told of them is known as a forgotten rep's.
    """
    values = {name: null() for name in _FOR_PUBLISHING}
    at = func.coalesce(_r.forgotten_at, func.clock_timestamp())
    hidden = func.coalesce(_r.forgotten_value, hidden_value)
    marked = update(reps).where(_r.id == rep)
    connection.execute(marked.values(**values, done=_r.dirty, forgotten_at=at, forgotten_value=hidden))
    connection.execute(delete(aliases).where(aliases.c.rep == rep, aliases.c.source != "redhawk"))
    for table in (foreign_growth, standing_checkpoints, standing_leads):
        connection.execute(delete(table).where(table.c.rep == rep))


def remove_name(connection: Connection, rep: str) -> None:
    """The member's time zone stays: it gives each kept fact its day."""
    connection.execute(update(members).where(members.c.id == rep).values(name=""))
