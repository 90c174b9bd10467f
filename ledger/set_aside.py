"""Deliveries that are set aside, and what a person does about them: digest them again, or dismiss them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Connection, bindparam, func, select, update

from ledger.inbox import NOT_DISMISSED, State
from ledger.tables import deliveries

REQUEUABLE: tuple[State, ...] = ("parked", "dismissed", "ignored")
DISMISSIBLE: tuple[State, ...] = ("parked",)
_c = deliveries.c
_WHOLE = func.coalesce(func.length(_c.raw), 0) > 0


@dataclass(frozen=True, slots=True)
class DeliveryState:
    """Where a delivery is now, and whether its bytes are pruned (when, if known): nothing is left to digest then."""

    id: int
    state: str
    pruned: bool
    pruned_at: datetime | None = None

    @property
    def requeuable(self) -> bool:
        """Set aside and whole."""
        return self.state in REQUEUABLE and not self.pruned


def states_of(connection: Connection, ids: Collection[int]) -> list[DeliveryState]:
    """Those of these deliveries that are there, oldest first."""
    columns = (_c.id, _c.state, (~_WHOLE).label("pruned"), _c.pruned_at)
    named = bindparam("ids", list(ids), type_=ARRAY(BigInteger))  # one parameter, however many they are
    found = select(*columns).where(_c.id == func.any(named)).order_by(_c.id)
    return [DeliveryState(row.id, row.state, row.pruned, row.pruned_at) for row in connection.execute(found)]


def requeue_all(connection: Connection, ids: Collection[int]) -> int:
    """Those of them that are set aside and not pruned are pending, as if they had just come; returns how many."""
    fresh = {"state": "pending", "reason": None, "digested_at": None, "retry_at": None, "tries": 0, **NOT_DISMISSED}
    chosen = _locked(connection, ids, _c.state.in_(REQUEUABLE) & _WHOLE)
    connection.execute(update(deliveries).where(_c.id.in_(chosen)).values(**fresh))
    return len(chosen)


def dismiss_all(connection: Connection, ids: Collection[int], actor: str, because: str) -> int:
    """Those of them that are parked are dismissed; returns how many. They keep the reason why they were parked."""
    chosen = _locked(connection, ids, _c.state.in_(DISMISSIBLE))
    dismissal = {"dismissed_at": func.clock_timestamp(), "dismissed_by": actor, "dismissed_because": because}
    statement = update(deliveries).where(_c.id.in_(chosen))
    connection.execute(statement.values(state="dismissed", retry_at=None, **dismissal))
    return len(chosen)


def _locked(connection: Connection, ids: Collection[int], condition: ColumnElement[bool]) -> list[int]:
    """In one order, as whoever releases deliveries may lock the same ones."""
    locked = select(_c.id).where(_c.id.in_(ids), condition).order_by(_c.id).with_for_update()
    return list(connection.execute(locked).scalars())
