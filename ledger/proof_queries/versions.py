"""What became of the record versions: facts, or why there is none."""

from collections.abc import Mapping

from sqlalchemy import Connection, distinct, func, literal, select

from ledger.proof_queries.deviations import Deviations, deviating, deviations
from ledger.tables import facts, record_versions

_v = record_versions.c
_KEY = _v.object + ":" + _v.record_id


def version_figures(connection: Connection) -> Mapping[str, int]:
    """How many versions there are, of how many people, and noteTargets whose note never came: those make no fact."""
    note = record_versions.alias()
    came = select(note.c.id).where(note.c.object == "note", note.c.record_id == _v.parent_id).exists()
    alone = (_v.object == "noteTarget") & ~came
    counts = {
        "versions": select(func.count()).select_from(record_versions),
        "people": select(func.count(distinct(_v.record_id))).where(_v.object == "person"),
        "noteTargets without a note": select(func.count(distinct(_v.record_id))).where(alone),
        "facts of nobody": select(func.count()).select_from(facts).where(facts.c.rep.is_(None)),
    }
    return {name: connection.execute(counted).scalar_one() for name, counted in counts.items()}


def facts_without_versions(connection: Connection) -> Deviations:
    """Facts of which no version is kept: nothing says that they happened."""
    kept = select(_v.id).where(facts.c.key == _KEY).exists()
    query = deviating(facts.c.key, literal("a fact without a version"), literal("a version"), facts.c.rep)
    return deviations(connection, query.where(~kept))
