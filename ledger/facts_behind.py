"""The facts of a rep that a standing needs which goes on from a checkpoint."""

from sqlalchemy import ARRAY, Connection, Text, bindparam, func, select, union

from ledger.facts import load_facts
from ledger.tables import facts
from programs.progression.checkpoints import Checkpoint
from programs.progression.facts import CERTIFICATION, EXAM, MODULE, KeptFact

_c = facts.c
_own = select(_c.key).where(_c.rep == bindparam("rep"))
# One index each: behind an OR, a plan that does not know `at` reads the whole history.
_NEEDED = union(
    _own.where(_c.occurred_at > bindparam("at")),
    _own.where(_c.unpaid),
    _own.where(_c.kind.in_((CERTIFICATION, EXAM, MODULE))),
    _own.where(_c.key == func.any(bindparam("open", type_=ARRAY(Text)))),
)


def load_facts_behind(connection: Connection, rep: str, found: Checkpoint) -> list[KeptFact]:
    """Those that change behind it with their twins, the unpaid ones, all modules, exams and certifications."""
    values = {"rep": rep, "at": found.at, "open": sorted(found.open_facts)}
    keys = connection.execute(_NEEDED, values).scalars().all()
    return [kept for kept in load_facts(connection, keys).values() if kept.fact.rep == rep]
