"""What became of a mapping: the facts that are the member's now, what they paid, and whether Twenty's row says so."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, Row, func, select

from accounts.rep_account import Freshness, rep_standing
from ledger.account_queries import Write, last_writes
from ledger.aliases import mapped_rep
from ledger.attribution import hinted_by
from ledger.tables import awards, facts
from programs.progression.attribution import Source


@dataclass(frozen=True, slots=True)
class MappingProgress:
    """`counts`: the member's facts whose record gives this name, by kind; `waiting` of them are not settled yet.

    `paid_xp` is what they were awarded, `write` the last write to the member's row in Twenty.
    """

    source: Source
    name: str
    rep: str
    rep_name: str | None
    counts: Mapping[str, int]
    waiting: int
    paid_xp: int
    freshness: Freshness
    write: Write | None

    @property
    def written(self) -> bool:
        """Whether nothing of the member waits for the publisher."""
        return self.freshness.dirty_since_at is None


def mapping_progress(connection: Connection, source: Source, name: str) -> MappingProgress | None:
    """Where the name's facts are now; None for a name that stands for nobody. Errors: `UnknownRep`."""
    rep = mapped_rep(connection, source, name)
    if rep is None:
        return None
    counted = _counted(connection, source, name, rep)
    standing = rep_standing(connection, rep)
    return MappingProgress(
        source=source,
        name=name,
        rep=rep,
        rep_name=standing.rep.name,
        counts={row.kind: row.facts for row in counted},
        waiting=sum(row.waiting for row in counted),
        paid_xp=_paid_xp(connection, source, name, rep),
        freshness=standing.freshness,
        write=next(iter(last_writes(connection, rep, 1)), None),
    )


def _counted(connection: Connection, source: Source, name: str, rep: str) -> list[Row[tuple[str, int, int]]]:
    waiting = func.count().filter(facts.c.unpaid)
    counted = select(facts.c.kind, func.count().label("facts"), waiting.label("waiting"))
    kinds = counted.where(hinted_by(source, name), facts.c.rep == rep).group_by(facts.c.kind).order_by(facts.c.kind)
    return list(connection.execute(kinds))


def _paid_xp(connection: Connection, source: Source, name: str, rep: str) -> int:
    causes = select(facts.c.key).where(hinted_by(source, name))
    paid = select(func.sum(awards.c.amount)).where(awards.c.rep == rep, awards.c.cause.in_(causes))
    return int(connection.execute(paid).scalar() or 0)
