"""The sweep's cursor and the watermark: how far the picture of Twenty is complete."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, select, update

from ledger.backfill_state import backfill_runs
from ledger.backoff import next_try_at
from ledger.inbox import pending_up_to
from ledger.tables import deliveries, sweep_requests, sweep_state

# A sweep sets the watermark 10 s before its start: it answers what was asked for before that, and 2 s to be sure.
SETTLING = timedelta(seconds=10)
ANSWERS_AFTER = SETTLING + timedelta(seconds=2)
FIRST_PUT_OFF, LONGEST_PUT_OFF = timedelta(seconds=15), timedelta(hours=1)  # default


@dataclass(frozen=True, slots=True)
class SweepPosition:
    """How far a sweep has come: it began at `began_at` (Twenty's clock) and reads rows changed since `since_at`.

    `object` is the plural that comes next (None: the first), `after` the cursor of the last page that is stored.
    """

    began_at: datetime
    since_at: datetime | None
    object: str | None = None
    after: str | None = None


@dataclass(frozen=True, slots=True)
class SweepState:
    """Times by Twenty's clock: `cursor_at`, `watermark_at`; the others by ours.

    `started_at` is when the last sweep started or went on, `fresh_at` when it began at its beginning; `outage_at` when
    Twenty, or what hears it, was last found to be away; `put_off_at` when a sweep last ended early as Twenty could not
    serve it; where Twenty answers and yet fails one, none is due before `put_off_until`. `interval` is how often
    sweeps are due now, `interval_reason` why. `candidate_at` becomes the watermark once what the last sweep brought is
    digested.
    """

    cursor_at: datetime | None
    started_at: datetime | None
    finished_at: datetime | None
    requested_at: datetime | None
    watermark_at: datetime | None
    unfinished: SweepPosition | None = None
    fresh_at: datetime | None = None
    outage_at: datetime | None = None
    interval: timedelta | None = None
    interval_reason: str | None = None
    candidate_at: datetime | None = None
    put_off_at: datetime | None = None
    put_off_until: datetime | None = None


def sweep_progress(connection: Connection) -> SweepState:
    """Where the sweep stands."""
    row = connection.execute(select(sweep_state)).one()
    requested_at = connection.execute(select(func.min(sweep_requests.c.at))).scalar()
    unfinished = SweepPosition(row.began_at, row.since_at, row.object, row.after) if row.began_at else None
    return SweepState(
        cursor_at=row.cursor_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
        requested_at=requested_at,
        watermark_at=row.watermark_at,
        unfinished=unfinished,
        fresh_at=row.fresh_at,
        outage_at=row.outage_at,
        interval=None if row.interval_s is None else timedelta(seconds=row.interval_s),
        interval_reason=row.interval_reason,
        candidate_at=row.candidate_at,
        put_off_at=row.put_off_at,
        put_off_until=row.put_off_until,
    )


def watermark_at(connection: Connection) -> datetime | None:
    """Up to when everything has been seen; None before the first sweep is digested."""
    return connection.execute(select(sweep_state.c.watermark_at)).scalar()


def begin_sweep(connection: Connection, *, fresh: bool) -> None:
    """A sweep starts now, or one that was cut off goes on: that answers only what was asked before its beginning."""
    now = func.clock_timestamp()
    connection.execute(update(sweep_state).values(started_at=now, **({"fresh_at": now} if fresh else {})))


def remember_position(connection: Connection, position: SweepPosition) -> None:
    """Where a sweep that is cut off goes on."""
    connection.execute(
        update(sweep_state).values(
            began_at=position.began_at,
            since_at=position.since_at,
            object=position.object,
            after=position.after,
        )
    )


def put_off_sweep(connection: Connection, *, alone: bool = False) -> None:
    """The sweep that is unfinished ended early as Twenty could not serve it.

    `alone`: Twenty serves other calls, so each time in a row the next try comes later.
    """
    until = next_try_at(sweep_state.c.put_offs, FIRST_PUT_OFF, LONGEST_PUT_OFF)
    waits = {"put_offs": sweep_state.c.put_offs + 1, "put_off_until": until} if alone else {}
    connection.execute(update(sweep_state).values(put_off_at=func.clock_timestamp(), **waits))


def request_sweep(connection: Connection) -> None:
    """Somebody would like a sweep that begins `ANSWERS_AFTER` from now; the oldest unanswered request says when.

    It waits for nobody's lock, so whoever finds out can ask in the same transaction.
    """
    connection.execute(insert(sweep_requests))


def remember_outage(connection: Connection) -> None:
    """Twenty, or what hears it, was away until now: the next sweep looks at all that changed meanwhile."""
    connection.execute(update(sweep_state).values(outage_at=func.clock_timestamp()))


def remember_interval(connection: Connection, interval: timedelta, reason: str) -> None:
    """How often sweeps are due from now on, and why, for those who look."""
    values = {"interval_s": round(interval.total_seconds()), "interval_reason": reason}
    connection.execute(update(sweep_state).values(**values))


def finish_sweep(connection: Connection, cursor_at: datetime, candidate_at: datetime) -> None:
    """All pages are in the inbox: the next sweep starts from `cursor_at`.

    `candidate_at` becomes the watermark when what is in the inbox now is digested.
    """
    began_at = func.coalesce(sweep_state.c.fresh_at, sweep_state.c.started_at)
    answered_until = select(began_at - ANSWERS_AFTER).scalar_subquery()
    connection.execute(delete(sweep_requests).where(sweep_requests.c.at <= answered_until))
    last = select(func.coalesce(func.max(deliveries.c.id), 0)).scalar_subquery()
    connection.execute(
        update(sweep_state).values(
            cursor_at=cursor_at,
            finished_at=func.clock_timestamp(),
            candidate_at=func.greatest(sweep_state.c.candidate_at, candidate_at),
            candidate_delivery_id=last,
            began_at=None,
            put_offs=0,
            put_off_until=None,
        )
    )


def advance_watermark(connection: Connection) -> tuple[datetime | None, datetime] | None:
    """Moves the watermark if the last sweep's deliveries are all digested; returns (before, now) if it moved.

    Parked deliveries hold nothing up. While a backfill runs it stands: of what is older than the watermark a part alone
    is known then, and what is granted is not taken back.
    """
    row = connection.execute(select(sweep_state).with_for_update()).one()
    if row.candidate_at is None or (row.watermark_at and row.candidate_at <= row.watermark_at):
        return None
    if pending_up_to(connection, row.candidate_delivery_id) or backfill_runs(connection):
        return None
    connection.execute(update(sweep_state).values(watermark_at=row.candidate_at))
    return row.watermark_at, row.candidate_at
