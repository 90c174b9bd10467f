"""Members to choose from in a form."""

from collections import Counter
from typing import NamedTuple

from sqlalchemy import Connection

from ledger.attribution import deleted_members, member_names


class Choice(NamedTuple):
    """A member who can be chosen; `label` tells two of one name apart by the end of the id."""

    id: str
    label: str


def member_choices(connection: Connection) -> list[Choice]:
    """Everybody who works here still, by name."""
    gone, names = deleted_members(connection), member_names(connection)
    living = sorted((name, member) for member, name in names.items() if member not in gone)
    namesakes = Counter(name for name, _ in living)
    return [Choice(member, f"{name} (…{member[-6:]})" if namesakes[name] > 1 else name) for name, member in living]
