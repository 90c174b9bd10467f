"""Causes: which deliveries the next write of a rep's row comes of."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from sqlalchemy import BigInteger, Connection, Text, func, update

from ledger.recordsets import given, recordset
from ledger.tables import reps

_CAUSES = recordset({"rep": Text(), "first_id": BigInteger(), "last_id": BigInteger()})
_REMEMBER = (
    update(reps)
    .where(reps.c.id == _CAUSES.c.rep)
    .values(
        # They leave NULLs out.
        first_delivery_id=func.least(reps.c.first_delivery_id, _CAUSES.c.first_id),
        last_delivery_id=func.greatest(reps.c.last_delivery_id, _CAUSES.c.last_id),
    )
)


@dataclass(frozen=True, slots=True)
class Causes:
    """The oldest and the newest delivery that changed a rep's facts since the last write."""

    first_id: int
    last_id: int


def remember_causes(connection: Connection, causes: Mapping[str, Causes]) -> None:
    """By rep. Those reps are locked by the caller."""
    if causes:
        connection.execute(_REMEMBER, given([{"rep": rep, **asdict(cause)} for rep, cause in causes.items()]))
