"""How many deliveries came, and what became of them: totals that never go back, whatever is pruned later.

Triggers on `deliveries` (migration 0005) add to `delivery_moves` how many each statement brought into a state and out
of it, whoever makes it, an operator's SQL too; the clock folds these rows into `delivery_totals`. Of parked ones the
state says why: `parked:unattributed`, `parked:unreadable`, `parked:failed`. New ones also enter `received`, repeats
`duplicate`; nothing leaves those.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, select, union_all
from sqlalchemy.dialects.postgresql import insert

from ledger.tables import delivery_moves, delivery_totals

RECEIVED, DUPLICATE, PENDING = "received", "duplicate", "pending"


@dataclass(frozen=True, slots=True)
class DeliveryTotals:
    """How often deliveries entered a state and how often they left it, by (source, state), since the first one came."""

    entered: Mapping[tuple[str, str], int]
    gone: Mapping[tuple[str, str], int]

    def received(self) -> Mapping[str, int]:
        """New ones by source."""
        return {source: count for (source, state), count in self.entered.items() if state == RECEIVED}

    def duplicates(self) -> Mapping[str, int]:
        """Repeats by source."""
        return {source: count for (source, state), count in self.entered.items() if state == DUPLICATE}

    def outcomes(self) -> Mapping[tuple[str, str], int]:
        """How often one ended in a state, by (source, state); one that is digested again ends again."""
        return {key: count for key, count in self.entered.items() if key[1] not in (RECEIVED, DUPLICATE, PENDING)}

    def standing(self) -> Mapping[tuple[str, str], int]:
        """How many are in a state now, by (source, state)."""
        states = (key for key in self.entered if key[1] not in (RECEIVED, DUPLICATE))
        return {key: self.entered[key] - self.gone[key] for key in states}


def delivery_totals_now(connection: Connection) -> DeliveryTotals:
    """All moves that are committed, folded or not; costs the same however many deliveries there are."""
    names = ("source", "state", "entered", "gone")
    both = union_all(*(select(*(table.c[name] for name in names)) for table in (delivery_totals, delivery_moves)))
    move = both.subquery().c
    summed = select(move.source, move.state, func.sum(move.entered), func.sum(move.gone))
    rows = connection.execute(summed.group_by(move.source, move.state)).all()
    return DeliveryTotals(
        {(row[0], row[1]): int(row[2]) for row in rows}, {(row[0], row[1]): int(row[3]) for row in rows}
    )


def fold_moves(connection: Connection) -> None:
    """Adds the moves to the totals, in one order, so that two clocks do not wait for each other in a ring."""
    moved = delete(delivery_moves).returning(*delivery_moves.c).cte("moved").c
    key = (moved.source, moved.state)
    summed = select(*key, func.sum(moved.entered), func.sum(moved.gone)).group_by(*key).order_by(*key)
    statement = insert(delivery_totals).from_select(["source", "state", "entered", "gone"], summed)
    kept, new = delivery_totals.c, statement.excluded
    added = {"entered": kept.entered + new.entered, "gone": kept.gone + new.gone}
    connection.execute(statement.on_conflict_do_update(constraint=delivery_totals.primary_key, set_=added))
