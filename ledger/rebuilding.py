"""What a rebuild and a dry run go through: every record that has versions, every rep, and what is kept of each."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, distinct, func, or_, select, tuple_

from ledger.tables import aliases, facts, rank_steps, record_versions, reps
from programs.progression.facts import TRAINING

OBJECTS = ("note", "opportunity", *sorted(TRAINING))
_c = record_versions.c
_key = _c.object + ":" + _c.record_id


def record_batches(
    reading: Callable[[], AbstractContextManager[Connection]], rep: str | None, size: int
) -> Iterator[list[str]]:
    """The keys of the facts of all records with versions (or of those that may be a rep's), `size` at a time.

    `reading` opens what each batch is read in.
    """
    after = ("", "")
    while True:
        with reading() as connection:
            found = connection.execute(
                select(_c.object, _c.record_id)
                .where(_concerning(rep), tuple_(_c.object, _c.record_id) > after)
                .distinct()
                .order_by(_c.object, _c.record_id)
                .limit(size)
            ).all()
        if not found:
            return
        yield [f"{row.object}:{row.record_id}" for row in found]
        after = (found[-1].object, found[-1].record_id)


def count_records(connection: Connection, rep: str | None) -> int:
    """How many records `record_batches` goes through."""
    counted = select(func.count(distinct(_key))).where(_concerning(rep))
    return connection.execute(counted).scalar_one()


def count_facts_without_versions(connection: Connection, rep: str | None) -> int:
    """Facts whose versions the ledger lost: they can't be recomputed, and stay."""
    kept = select(_c.id).where(_key == facts.c.key).exists()
    counted = select(func.count()).select_from(facts).where(~kept)
    return connection.execute(counted.where(facts.c.rep == rep) if rep else counted).scalar_one()


def fact_keys_of(connection: Connection, rep: str) -> list[str]:
    """The keys of a rep's facts, in order."""
    keys = select(facts.c.key).where(facts.c.rep == rep).order_by(facts.c.key)
    return list(connection.execute(keys).scalars())


def rep_ids(connection: Connection, rep: str | None = None) -> list[str]:
    """All reps, or the one; empty if that one never worked."""
    chosen = select(reps.c.id).order_by(reps.c.id)
    return list(connection.execute(chosen.where(reps.c.id == rep) if rep else chosen).scalars())


def load_standing(connection: Connection, rep: str) -> dict[str, Any] | None:
    """The standing last published of one rep."""
    return connection.execute(select(reps.c.standing).where(reps.c.id == rep)).scalar()


def is_published(connection: Connection, rep: str, now: datetime) -> bool:
    """Whether the rep's last published standing should be that of now: nothing waits, no time has passed."""
    unchanged = or_(reps.c.next_change_at.is_(None), reps.c.next_change_at > now)
    clean = (reps.c.dirty == reps.c.done) & reps.c.standing.is_not(None)
    return connection.execute(select(reps.c.id).where(reps.c.id == rep, clean, unchanged)).first() is not None


def ranks_granted(connection: Connection) -> set[str]:
    """Every rank that repsync has granted to anybody."""
    return set(connection.execute(select(rank_steps.c.rank).distinct()).scalars())


def _concerning(rep: str | None) -> ColumnElement[bool]:
    """A rep's are those whose fact, author or owner is the rep, or whose author's name stands for the rep."""
    of_facts = _c.object.in_(OBJECTS)
    if rep is None:
        return of_facts
    names = select(aliases.c.alias).where(aliases.c.rep == rep)
    own = select(facts.c.key).where((facts.c.rep == rep) | (facts.c.paid_rep == rep))
    hint = _c.data["rep_hint"].astext
    return and_(of_facts, or_(_key.in_(own), _c.data["rep"].astext == rep, hint == rep, hint.in_(names)))
