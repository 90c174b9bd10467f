"""The sweep's cursor and the watermark: how far the picture of Twenty is complete."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, case, func, select, update

from ledger.tables import deliveries, sweep_state


@dataclass(frozen=True, slots=True)
class SweepState:
    """Times by Twenty's clock: `cursor_at`, `watermark_at`; by ours: `started_at`, `finished_at`, `requested_at`."""

    cursor_at: datetime | None
    started_at: datetime | None
    finished_at: datetime | None
    requested_at: datetime | None
    watermark_at: datetime | None


def sweep_progress(connection: Connection) -> SweepState:
    """Where the sweep stands."""
    row = connection.execute(select(sweep_state)).one()
    return SweepState(row.cursor_at, row.started_at, row.finished_at, row.requested_at, row.watermark_at)


def watermark_at(connection: Connection) -> datetime | None:
    """Up to when everything has been seen; None before the first sweep is digested."""
    return connection.execute(select(sweep_state.c.watermark_at)).scalar()


def begin_sweep(connection: Connection) -> None:
    """A sweep starts now; once it is finished it answers the requests made before."""
    connection.execute(update(sweep_state).values(started_at=func.clock_timestamp()))


def request_sweep(connection: Connection) -> None:
    """Somebody would like a sweep that begins after now."""
    connection.execute(update(sweep_state).values(requested_at=func.clock_timestamp()))


def finish_sweep(connection: Connection, cursor_at: datetime, candidate_at: datetime) -> None:
    """All pages are in the inbox: the next sweep starts from `cursor_at`.

    `candidate_at` becomes the watermark when what is in the inbox now is digested.
    """
    unanswered = case((sweep_state.c.requested_at > sweep_state.c.started_at, sweep_state.c.requested_at))
    last = select(func.coalesce(func.max(deliveries.c.id), 0)).scalar_subquery()
    connection.execute(
        update(sweep_state).values(
            cursor_at=cursor_at,
            finished_at=func.clock_timestamp(),
            requested_at=unanswered,
            candidate_at=func.greatest(sweep_state.c.candidate_at, candidate_at),
            candidate_delivery_id=last,
        )
    )


def advance_watermark(connection: Connection) -> tuple[datetime | None, datetime] | None:
    """Moves the watermark if the last sweep's deliveries are all digested; returns (before, now) if it moved.

    Parked deliveries hold nothing up.
    """
    row = connection.execute(select(sweep_state).with_for_update()).one()
    if row.candidate_at is None or (row.watermark_at and row.candidate_at <= row.watermark_at):
        return None
    waiting = select(deliveries.c.id).where(
        deliveries.c.state == "pending", deliveries.c.id <= row.candidate_delivery_id
    )
    if connection.execute(waiting.limit(1)).first() is not None:
        return None
    connection.execute(update(sweep_state).values(watermark_at=row.candidate_at))
    return row.watermark_at, row.candidate_at
