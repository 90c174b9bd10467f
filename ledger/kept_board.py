"""The board, kept: XP of the last weeks and trend of every rep, as they were a while ago.

A cache, made anew from awards and day totals: what a page costs does not follow how much everybody did.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import BigInteger, Connection, Date, Text, and_, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from ledger.recordsets import any_of, given, recordset, values_of
from ledger.tables import board, board_state


@dataclass(frozen=True, slots=True)
class Activity:
    """What is read of a rep to make the board: XP of the last days and of as many before, and the last day of work."""

    rep: str
    time_zone: str | None
    last_active_on: date | None
    week_xp: int
    before_xp: int


@dataclass(frozen=True, slots=True)
class KeptWeek:
    """A rep's row of the board: `place` in the order of names, `trend` as `programs.progression.progress` has it."""

    rep: str
    place: int
    week_xp: int
    before_xp: int
    last_active_on: date | None
    trend: str


# Members who left and never worked are not on it. The last active day is one step in an index.
_ACTIVITY = text("""
    SELECT COALESCE(m.id, r.id), m.time_zone, d."on", COALESCE(xp.week, 0), COALESCE(xp.before, 0)
    FROM members m FULL JOIN reps r ON r.id = m.id
    LEFT JOIN LATERAL (SELECT "on" FROM day_totals WHERE rep = COALESCE(m.id, r.id) AND activities > 0
        ORDER BY "on" DESC LIMIT 1) d ON true
    LEFT JOIN (
        SELECT rep, COALESCE(SUM(amount) FILTER (WHERE occurred_at > :week), 0)::bigint AS week,
               COALESCE(SUM(amount) FILTER (WHERE occurred_at <= :week), 0)::bigint AS before
        FROM awards WHERE occurred_at > :before AND occurred_at <= :now AND basis = 'paid' GROUP BY rep
    ) xp ON xp.rep = COALESCE(m.id, r.id)
    WHERE r.forgotten_at IS NULL AND (m.deleted_at IS NULL OR r.published_at IS NOT NULL OR r.dirty > r.done)
    ORDER BY lower(m.name), m.name, 1
""")
_COLUMNS = ("rep", "place", "week_xp", "before_xp", "last_active_on", "trend")
_GIVEN = recordset(dict(zip(_COLUMNS, (Text(), *[BigInteger()] * 3, Date(), Text()), strict=True)))
_CHANGED = tuple(name for name in _COLUMNS if name != "rep")
_SAME = and_(board.c.rep == _GIVEN.c.rep, *(board.c[name].is_not_distinct_from(_GIVEN.c[name]) for name in _CHANGED))
# Left out before they conflict: each row that does is locked, and so written, whether or not it is updated.
_INSERT = insert(board).from_select(_COLUMNS, select(_GIVEN).where(~select(board.c.rep).where(_SAME).exists()))
_KEEP = _INSERT.on_conflict_do_update(index_elements=["rep"], set_={name: _INSERT.excluded[name] for name in _CHANGED})


@dataclass(frozen=True, slots=True)
class BoardState:
    """When the board was made, by the ledger's clock (None: never), how old that is, and how long it took."""

    kept_at: datetime | None
    age: timedelta | None
    took: timedelta


_STATE = select(board_state.c.kept_at, func.clock_timestamp() - board_state.c.kept_at, board_state.c.took_s)


def board_state_now(connection: Connection) -> BoardState:
    """How it is kept."""
    return _state(*connection.execute(_STATE).one())


def hold_board(connection: Connection, *, wait: bool) -> BoardState | None:
    """The same, and until the transaction ends nobody else makes it anew; None where another does, unless `wait`."""
    row = connection.execute(_STATE.with_for_update(skip_locked=not wait)).one_or_none()
    return None if row is None else _state(*row)


def leave_board(connection: Connection, rep: str) -> None:
    """The rep is not on it from the end of this transaction on; a making that goes on is waited for."""
    hold_board(connection, wait=True)
    connection.execute(delete(board).where(board.c.rep == rep))


def _state(kept_at: datetime | None, age: timedelta | None, took_s: float) -> BoardState:
    return BoardState(kept_at, age, timedelta(seconds=took_s))


def activities(connection: Connection, now: datetime, days: int) -> list[Activity]:
    """Of everybody by name; XP that was paid for what happened in the last `days` × 24 hours, and in as many before."""
    times = {"now": now, "week": now - timedelta(days=days), "before": now - timedelta(days=2 * days)}
    return [Activity(*row) for row in connection.execute(_ACTIVITY, times)]


def keep_board(connection: Connection, weeks: Sequence[KeptWeek], began_s: float) -> None:
    """Everybody is as said here, and nobody else is on it; what stays the same is not written.

    `began_s` is when the making began, as `time.perf_counter` says it.
    """
    connection.execute(_KEEP, given([values_of(week, _COLUMNS) for week in weeks]))
    connection.execute(delete(board).where(~(board.c.rep == any_of([week.rep for week in weeks]))))
    connection.execute(update(board_state).values(kept_at=func.clock_timestamp(), took_s=time.perf_counter() - began_s))
