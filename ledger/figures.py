"""What the ledger tells of the work itself, for those who watch it; as quick on a large ledger as on a small one."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from ledger.delivery_totals import DeliveryTotals, delivery_totals_now
from ledger.inbox import oldest_pending_at
from ledger.losses import Losses, losses_since
from ledger.publish_lags import LagHistogram, lag_histograms
from ledger.sweep_state import SweepState, sweep_progress
from ledger.tables import publisher_state, reps

LOSSES_OF = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class RepsWaiting:
    """Reps whose row is not up to their standing: those that wait, since when, and those that Twenty refuses."""

    dirty: int
    oldest_at: datetime | None
    refused: int


@dataclass(frozen=True, slots=True)
class Figures:
    """One look. `lags` are of what was decided at once (False) and of what waited for the watermark (True).

    `losses` are those of the last 24 hours.
    """

    deliveries: DeliveryTotals
    oldest_pending_at: datetime | None
    reps: RepsWaiting
    put_off_until: datetime | None
    sweep: SweepState
    lags: dict[bool, LagHistogram]
    losses: Losses


def figures(connection: Connection) -> Figures:
    """What stands in the ledger now."""
    return Figures(
        deliveries=delivery_totals_now(connection),
        oldest_pending_at=oldest_pending_at(connection),
        reps=_reps_waiting(connection),
        put_off_until=connection.execute(select(publisher_state.c.put_off_until)).scalar(),
        sweep=sweep_progress(connection),
        lags=lag_histograms(connection),
        losses=losses_since(connection, LOSSES_OF),
    )


def _reps_waiting(connection: Connection) -> RepsWaiting:
    waits, refused = reps.c.refused.is_(None), reps.c.refused.is_not(None)
    columns = (
        func.count().filter(waits),
        func.min(reps.c.dirty_at).filter(waits),
        func.count().filter(refused),
    )
    return RepsWaiting(*connection.execute(select(*columns).where(reps.c.dirty > reps.c.done)).one())
