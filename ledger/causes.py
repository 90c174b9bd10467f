"""Causes: which deliveries the next write of a rep's row comes of."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, func, update

from ledger.tables import reps


@dataclass(frozen=True, slots=True)
class Causes:
    """The oldest and the newest delivery that changed a rep's facts since the last write."""

    first_id: int
    last_id: int


def remember_causes(connection: Connection, causes: Mapping[str, Causes]) -> None:
    """By rep. Those reps are locked by the caller."""
    c = reps.c
    for rep, cause in sorted(causes.items()):
        first = func.least(func.coalesce(c.first_delivery_id, cause.first_id), cause.first_id)
        last = func.greatest(func.coalesce(c.last_delivery_id, cause.last_id), cause.last_id)
        connection.execute(update(reps).where(c.id == rep).values(first_delivery_id=first, last_delivery_id=last))
