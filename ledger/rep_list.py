"""Whom a name stands for: members by what somebody types, and the outside names that are theirs."""

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import Connection, select

from ledger.account_queries import members_named
from ledger.recordsets import any_of
from ledger.tables import aliases, members, reps

_FORGOTTEN = select(reps.c.id).where(reps.c.id == members.c.id, reps.c.forgotten_at.is_not(None)).exists()


def members_known_as(connection: Connection, word: str) -> list[str]:
    """The ids of the members with this id, or else of those with exactly this name, as `members_named`."""
    by_id = connection.execute(select(members.c.id).where(members.c.id == word)).scalars().all()
    return list(by_id) or members_named(connection, word)


def reps_beginning(connection: Connection, text: str, limit: int) -> list[tuple[str, str]]:
    """(id, name) of who works here still and whose name begins with the text, in any case, or else whose id does."""
    for column in (members.c.name, members.c.id):
        alike = column.istartswith(text, autoescape=True) & members.c.deleted_at.is_(None) & ~_FORGOTTEN
        found = select(members.c.id, members.c.name).where(alike).order_by(column).limit(limit)
        if rows := connection.execute(found).all():
            return [(row.id, row.name) for row in rows]
    return []


def aliases_by_rep(connection: Connection) -> dict[str, list[tuple[str, str]]]:
    """The outside names that are each rep's, as (source, name)."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in connection.execute(select(aliases).order_by(aliases.c.source, aliases.c.alias)):
        found[row.rep].append((row.source, row.alias))
    return found


def living_members(connection: Connection, limit: int) -> list[tuple[str, str]]:
    """(id, name) of the first who work here still, by name."""
    living = select(members.c.id, members.c.name).where(members.c.deleted_at.is_(None), ~_FORGOTTEN)
    rows = connection.execute(living.order_by(members.c.name, members.c.id).limit(limit))
    return [(row.id, row.name) for row in rows]


def names_of_members(connection: Connection, ids: Collection[str]) -> dict[str, str]:
    """The names of these members by id; of those who were forgotten none."""
    names = select(members.c.id, members.c.name).where(members.c.id == any_of(ids), ~_FORGOTTEN)
    return {row.id: row.name for row in connection.execute(names)}
