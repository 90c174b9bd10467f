"""What became of deliveries that were put back into line, and of the reps whose records they tell of."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ARRAY, BigInteger, Connection, Text, cast, func, select

from accounts.rep_account import Freshness, rep_standing
from ledger.account_queries import Write, last_writes
from ledger.award_queries import xp_since
from ledger.reps import load_reps
from ledger.tables import deliveries, facts

MOST_REPS = 20
MOST_PARKED = 20


@dataclass(frozen=True, slots=True)
class ParkedAgain:
    """A delivery that was set aside anew, and why."""

    id: int
    reason: str


@dataclass(frozen=True, slots=True)
class RepChange:
    """A rep whom the deliveries concern: what they paid since, and whether Twenty's row says so.

    `write` is the newest to the row since, None while there is none.
    """

    id: str
    name: str | None
    paid_xp: int
    freshness: Freshness
    write: Write | None

    @property
    def written(self) -> bool:
        """Whether nothing of the rep waits for the publisher."""
        return self.freshness.dirty_since_at is None


@dataclass(frozen=True, slots=True)
class RequeueProgress:
    """`states` counts the deliveries by state. Of the parked ones and of the reps the first 20 are told.

    `more_reps`: how many reps more the deliveries concern.
    """

    states: Mapping[str, int]
    parked: Sequence[ParkedAgain]
    reps: Sequence[RepChange]
    more_reps: int

    @property
    def done(self) -> bool:
        """Nothing waits: digested or parked again, and the rows of the reps told here written or refused."""
        settled = all(rep.written or rep.freshness.refused for rep in self.reps)
        return not self.states.get("pending") and settled


def requeue_progress(
    connection: Connection, ids: Collection[int], since_at: datetime, reps: Collection[str] = ()
) -> RequeueProgress:
    """Where these deliveries are now, which were put back into line at `since_at`; and the rows of these reps too."""
    c = deliveries.c
    asked = c.id == func.any(cast(sorted(ids), ARRAY(BigInteger)))
    rows = connection.execute(select(c.id, c.state, c.reason, c.record_key).where(asked).order_by(c.id)).all()
    parked = [ParkedAgain(row.id, row.reason or "") for row in rows if row.state == "parked"]
    keys = {row.record_key for row in rows if row.record_key}
    concerned = [*dict.fromkeys([*sorted(load_reps(connection, reps)), *_reps(connection, keys)])]
    told = concerned[:MOST_REPS]
    paid = xp_since(connection, told, keys, since_at)
    return RequeueProgress(
        states=dict(sorted(Counter(row.state for row in rows).items())),
        parked=parked[:MOST_PARKED],
        reps=[_change(connection, rep, paid.get(rep, 0), since_at) for rep in told],
        more_reps=len(concerned) - len(told),
    )


def _reps(connection: Connection, keys: Collection[str]) -> list[str]:
    theirs = (facts.c.key == func.any(cast(sorted(keys), ARRAY(Text)))) & facts.c.rep.is_not(None)
    owners = select(facts.c.rep).where(theirs).distinct().order_by(facts.c.rep)
    return [str(rep) for rep in connection.execute(owners).scalars()]


def _change(connection: Connection, rep: str, paid_xp: int, since_at: datetime) -> RepChange:
    standing = rep_standing(connection, rep)
    written = [write for write in last_writes(connection, rep, 1) if write.written_at >= since_at]
    return RepChange(
        id=rep,
        name=standing.rep.name,
        paid_xp=paid_xp,
        freshness=standing.freshness,
        write=written[0] if written else None,
    )
