"""Members of the workspace: their names and time zones."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert

from ledger.recordsets import any_of
from ledger.tables import members


@dataclass(frozen=True, slots=True)
class Member:
    """A workspace member's name, time zone (an IANA name, `system` or None), and since when it is deleted, if it is."""

    name: str
    time_zone: str | None
    deleted_at: datetime | None = None


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
