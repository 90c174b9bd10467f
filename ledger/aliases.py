"""Aliases: which workspace member an outside name (RedHawk's short id, an API key's name) stands for."""

from collections.abc import Collection, Mapping

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert

from ledger.tables import aliases, members


def reps_by_alias(connection: Connection, source: str, names: Collection[str]) -> dict[str, str]:
    """The mapped ones of these names. A name that is itself a workspace member's id stands for that member."""
    own = connection.execute(select(members.c.id).where(members.c.id.in_(names))).scalars()
    mapped = connection.execute(
        select(aliases.c.alias, aliases.c.rep).where(aliases.c.source == source, aliases.c.alias.in_(names))
    )
    return {rep: rep for rep in own} | {row.alias: row.rep for row in mapped}


def map_names(connection: Connection, source: str, reps: Mapping[str, str]) -> None:
    """Maps outside names of a source to workspace members; a name that is mapped already gets the new one."""
    rows = [{"source": source, "alias": alias, "rep": rep} for alias, rep in sorted(reps.items())]
    if not rows:
        return
    statement = insert(aliases).values(rows)
    connection.execute(
        statement.on_conflict_do_update(index_elements=["source", "alias"], set_={"rep": statement.excluded.rep})
    )


def mapped_rep(connection: Connection, source: str, name: str) -> str | None:
    """The workspace member whom an alias gives the name to."""
    found = select(aliases.c.rep).where(aliases.c.source == source, aliases.c.alias == name)
    return connection.execute(found).scalar()
