"""Everybody who works or may: members, what they stand at, and the outside names that are theirs."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, select

from ledger.account_queries import members_named
from ledger.tables import aliases, day_totals, members, reps


@dataclass(frozen=True, slots=True)
class ListedRep:
    """A member, or a rep whom no sweep has named. Rank, level and XP as last published; None before.

    `last_active_on` is a date in the rep's time zone, `aliases` are (source, name).
    """

    id: str
    name: str | None
    rank: str | None
    level: int | None
    total_xp: int | None
    last_active_on: date | None
    aliases: tuple[tuple[str, str], ...]


def list_reps(connection: Connection) -> list[ListedRep]:
    """All but those who were forgotten, by name."""
    active = dict(_last_active(connection))
    names = _aliases(connection)
    everybody = (
        select(func.coalesce(members.c.id, reps.c.id).label("id"), members.c.name, reps.c.standing)
        .select_from(members.join(reps, members.c.id == reps.c.id, full=True))
        .where(reps.c.forgotten_at.is_(None))
    )
    listed = [
        ListedRep(
            id=row.id,
            name=row.name,
            rank=(row.standing or {}).get("currentRank"),
            level=(row.standing or {}).get("currentLevel"),
            total_xp=(row.standing or {}).get("totalXp"),
            last_active_on=active.get(row.id),
            aliases=tuple(names.get(row.id, ())),
        )
        for row in connection.execute(everybody)
    ]
    return sorted(listed, key=lambda rep: (rep.name or "", rep.id))


def members_known_as(connection: Connection, word: str) -> list[str]:
    """The ids of the members with this id, or else of those with exactly this name, as `members_named`."""
    by_id = connection.execute(select(members.c.id).where(members.c.id == word)).scalars().all()
    return list(by_id) or members_named(connection, word)


def _last_active(connection: Connection) -> list[tuple[str, date]]:
    last = select(day_totals.c.rep, func.max(day_totals.c.on)).where(day_totals.c.activities > 0)
    return [(rep, on) for rep, on in connection.execute(last.group_by(day_totals.c.rep))]


def _aliases(connection: Connection) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in connection.execute(select(aliases).order_by(aliases.c.source, aliases.c.alias)):
        found[row.rep].append((row.source, row.alias))
    return found
