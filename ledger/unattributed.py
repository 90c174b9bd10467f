"""Facts without a rep, folded by what they say: there are as many kinds however many facts wait."""

from sqlalchemy import Connection, func, select

from ledger.facts import load_facts
from ledger.tables import facts
from programs.progression.unattributed import Alike


def load_unattributed(connection: Connection) -> list[Alike]:
    """The facts without a rep, by the name that they give and by all on which it depends what they pay."""
    c = facts.c
    says = (c.rep_hint, c.kind, c.subject, c.reasons, c.waiting, c.met_at.is_(None), c.won_at.is_(None))
    counted = select(func.max(c.key), func.count(), func.min(c.occurred_at), func.max(c.occurred_at))
    found = connection.execute(counted.where(c.rep.is_(None)).group_by(*says)).all()
    examples = load_facts(connection, [key for key, *_ in found])
    return [Alike(examples[key].fact, count, first_at, last_at) for key, count, first_at, last_at in found]
