"""Comparing how many records Twenty and the ledger have: how far the pass of each object is, and how the last ended."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, false, func, select, update

from ledger.tables import comparisons

COMPARED_EVERY = timedelta(hours=1)  # default: one call for each object, when nothing is missing
TRIED_AGAIN_AFTER = timedelta(minutes=1)
_NONE_UNDER_WAY: Mapping[str, object] = {"up_to_at": None, "from_at": None, "not_before_at": None}
_c = comparisons.c


@dataclass(frozen=True, slots=True)
class Stopped:
    """A pass that believed nothing: at least `too_many` of the `among` live records of an object are missing."""

    object: str
    too_many: int
    among: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """The passes of an object. By Twenty's clock, but for `not_before_at`: until then nothing is tried again.

    A pass is under way while `up_to_at` is set: it compares what was created before that, and is through with what
    was created before `from_at`. `compared_at` is up to when the last one compared, `next_slice_at` from where on the
    next one reads a slice whose counts agree. `accepted`: an operator said that what is missing is gone.
    """

    object: str
    up_to_at: datetime | None
    from_at: datetime | None
    not_before_at: datetime | None
    compared_at: datetime | None
    next_slice_at: datetime | None
    stopped: Stopped | None
    accepted: bool


def comparisons_by_object(connection: Connection) -> list[Comparison]:
    """Of each object that is compared."""
    return [
        Comparison(
            row.object,
            row.up_to_at,
            row.from_at,
            row.not_before_at,
            row.compared_at,
            row.next_slice_at,
            Stopped(row.object, row.too_many, row.among) if row.too_many is not None else None,
            row.accepted,
        )
        for row in connection.execute(select(comparisons).order_by(_c.object))
    ]


def may_be_tried(comparison: Comparison, now: datetime) -> bool:
    """Not within a minute after Twenty failed (our clock)."""
    return comparison.not_before_at is None or comparison.not_before_at <= now


def pass_due(comparison: Comparison, watermark: datetime | None) -> bool:
    """Under way, accepted, asked for, or an hour of Twenty's time old; never before a sweep is digested.

    By the watermark: after an outage the first pass waits for the sweep, which brings what the webhooks did not.
    """
    if watermark is None or comparison.up_to_at is not None or comparison.accepted:
        return watermark is not None
    return comparison.compared_at is None or watermark - comparison.compared_at >= COMPARED_EVERY


def ask_for_comparison(connection: Connection) -> None:
    """The next pass of every object is due now."""
    connection.execute(update(comparisons).values(compared_at=None))


def try_pass(connection: Connection, object_name: str) -> None:
    """A pass is at work; if it fails, the next try is a minute later."""
    _set(connection, object_name, not_before_at=func.clock_timestamp() + TRIED_AGAIN_AFTER)


def begin_pass(connection: Connection, object_name: str, up_to_at: datetime) -> None:
    """A new pass compares all that was created before `up_to_at`."""
    _set(connection, object_name, up_to_at=up_to_at, from_at=None)


def settle_up_to(connection: Connection, object_name: str, from_at: datetime) -> None:
    """The pass is through with what was created before `from_at`."""
    _set(connection, object_name, from_at=from_at)


def put_pass_aside(connection: Connection, object_name: str) -> None:
    """The pass goes on as soon as somebody has time for it."""
    _set(connection, object_name, not_before_at=None)


def finish_pass(
    connection: Connection, comparison: Comparison, up_to_at: datetime, next_slice_at: datetime | None
) -> None:
    """The pass up to then is through with everything."""
    _end(connection, comparison, up_to_at, too_many=None, among=None, next_slice_at=next_slice_at)


def stop_pass(connection: Connection, comparison: Comparison, up_to_at: datetime, stopped: Stopped) -> None:
    """The pass ends without believing anything; the next hourly one looks whether the cause has gone by itself."""
    _end(connection, comparison, up_to_at, too_many=stopped.too_many, among=stopped.among)


def accept_stopped(connection: Connection) -> list[Stopped]:
    """Lets the next pass of each object whose last one was stopped believe all that is missing, and asks for it."""
    stopped = [found.stopped for found in comparisons_by_object(connection) if found.stopped]
    connection.execute(update(comparisons).where(_c.too_many.is_not(None)).values(accepted=True, not_before_at=None))
    return stopped


def _end(connection: Connection, comparison: Comparison, up_to_at: datetime, **values: object) -> None:
    """What is accepted while a pass is at work is for the next one."""
    still = _c.accepted if not comparison.accepted else false()
    _set(connection, comparison.object, compared_at=up_to_at, accepted=still, **_NONE_UNDER_WAY, **values)


def _set(connection: Connection, object_name: str, **values: object) -> None:
    connection.execute(update(comparisons).where(_c.object == object_name).values(**values))
