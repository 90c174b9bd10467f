"""Members in forms: typed by name, with suggestions, so that a form is as large however many there are."""

import re
from collections import Counter
from typing import NamedTuple

from sqlalchemy import Connection

from handlers.console.filters import visible
from ledger.account_queries import members_named
from ledger.rep_list import living_members, members_known_as, names_of_members, reps_beginning
from schemas.payloads import storable

SUGGESTED = 100  # beyond, nobody looks through a list: who is not in it is found by name all the same
_NAMESAKE = re.compile(r"(.+) \(…(.{6})\)", re.DOTALL)


class Choice(NamedTuple):
    """A suggestion: what stands in the field when it is taken, and what is shown beside where that is the id."""

    value: str
    told: str = ""


def member_choices(connection: Connection) -> list[Choice]:
    """The first 100 who work here still, by name; two of one name are told apart by the id's end."""
    living = living_members(connection, SUGGESTED + 1)
    namesakes = Counter(name for _, name in living)
    ids = names_of_members(connection, namesakes).keys()
    return [
        _choice(connection, member, name, alone=namesakes[name] == 1 and name not in ids)
        for member, name in living[:SUGGESTED]
    ]


def _choice(connection: Connection, member: str, name: str, *, alone: bool) -> Choice:
    if alone and _can_be_typed(name):
        return Choice(name)
    label = member_label(connection, member)
    return Choice(label, visible(name) if label == member else "")


def member_label(connection: Connection, member: str) -> str:
    """What stands in a form for a member's id: it means the same one again, whatever others are called."""
    name = names_of_members(connection, [member]).get(member, "")
    labels = (name, _namesake(name, member)) if _can_be_typed(name) else ()
    return next((label for label in labels if member_meant(connection, label) == member), member)


def _can_be_typed(name: str) -> bool:
    return bool(name) and visible(name) == name.strip() == name


def _namesake(name: str, member: str) -> str:
    return f"{name} (…{member[-6:]})"


def member_meant(connection: Connection, said: str) -> str | None:
    """The id of the member who is meant by an id, a suggestion, a name, or how one's name alone begins.

    None where that is nobody, or more than one.
    """
    said = said.strip()
    if not said or storable(said) != said:
        return None
    found = list(names_of_members(connection, _meant(connection, said)))
    return found[0] if len(found) == 1 else None


def _meant(connection: Connection, said: str) -> list[str]:
    if known := members_known_as(connection, said):
        return known
    if label := _NAMESAKE.fullmatch(said):
        return [member for member in members_named(connection, label[1]) if member.endswith(label[2])]
    return [member for member, _ in reps_beginning(connection, said, 2)]
