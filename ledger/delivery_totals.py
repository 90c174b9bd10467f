"""How many deliveries came, and what became of them: totals that never go back, whatever is pruned later.

Triggers on `deliveries` (migration 0005) add a row to `delivery_moves` for each statement that moves some, whoever
makes it, an operator's SQL too; the clock folds these rows into `delivery_totals`. A move is (source, old state, new
state). Outside the inbox the state is ''; of parked ones it says why: `parked:unattributed`, `parked:unreadable`,
`parked:failed`. A repeat moves from '' to `duplicate`.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Connection, delete, func, select, union_all
from sqlalchemy.dialects.postgresql import insert

from ledger.tables import delivery_moves, delivery_totals

Key = TypeVar("Key")
OUTSIDE, PENDING, DUPLICATE = "", "pending", "duplicate"


@dataclass(frozen=True, slots=True)
class DeliveryTotals:
    """How often deliveries moved, by (source, old state, new state), since the first one came."""

    moves: Mapping[tuple[str, str, str], int]

    def received(self) -> Mapping[str, int]:
        """New ones by source."""
        came = (item for item in self.moves.items() if item[0][1] == OUTSIDE and item[0][2] != DUPLICATE)
        return _summed((source, count) for (source, _, _), count in came)

    def duplicates(self) -> Mapping[str, int]:
        """Repeats by source."""
        return _summed((source, count) for (source, _, new), count in self.moves.items() if new == DUPLICATE)

    def outcomes(self) -> Mapping[tuple[str, str], int]:
        """How often one ended in a state, by (source, state); one that is digested again ends again."""
        still = {OUTSIDE, PENDING, DUPLICATE}
        return _summed(((source, new), count) for (source, _, new), count in self.moves.items() if new not in still)

    def standing(self) -> Mapping[tuple[str, str], int]:
        """How many are in a state now, by (source, state)."""
        moves = [item for item in self.moves.items() if item[0][2] != DUPLICATE]
        entered = (((source, new), count) for (source, _, new), count in moves)
        left = (((source, old), -count) for (source, old, _), count in moves)
        return {state: count for state, count in _summed([*entered, *left]).items() if state[1] != OUTSIDE}


def delivery_totals_now(connection: Connection) -> DeliveryTotals:
    """All moves that are committed, folded or not; costs the same however many deliveries there are."""
    names = ("source", "old_state", "new_state", "count")
    both = union_all(*(select(*(table.c[name] for name in names)) for table in (delivery_totals, delivery_moves)))
    move = both.subquery().c
    summed = select(move.source, move.old_state, move.new_state, func.sum(move["count"]))
    rows = connection.execute(summed.group_by(move.source, move.old_state, move.new_state))
    return DeliveryTotals({(source, old, new): int(count) for source, old, new, count in rows})


def fold_moves(connection: Connection) -> None:
    """Adds the moves to the totals, in one order, so that two clocks do not wait for each other in a ring."""
    moved = delete(delivery_moves).returning(*delivery_moves.c).cte("moved").c
    key = (moved.source, moved.old_state, moved.new_state)
    summed = select(*key, func.sum(moved["count"])).group_by(*key).order_by(*key)
    statement = insert(delivery_totals).from_select(["source", "old_state", "new_state", "count"], summed)
    connection.execute(
        statement.on_conflict_do_update(
            constraint=delivery_totals.primary_key,
            set_={"count": delivery_totals.c["count"] + statement.excluded["count"]},
        )
    )


def _summed(counts: Iterable[tuple[Key, int]]) -> dict[Key, int]:
    total: Counter[Key] = Counter()
    for key, count in counts:
        total[key] += count
    return dict(total)
