"""The board: all reps at a glance, who moves, and what stands between a rep and Twenty."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, Literal

from sqlalchemy import Connection, Engine

from ledger.account_queries import RepRecord
from ledger.engine import snapshot, transaction
from ledger.kept_board import Activity, BoardState, KeptWeek, activities, board_state_now, hold_board, keep_board
from ledger.rep_board import BoardQuestion, BoardRow, PublishedFigures, board_rows, published_figures
from programs.progression.efficiency import Rate
from programs.progression.metric_marks import METRICS
from programs.progression.progress import trend
from programs.progression.rules import Rules
from programs.progression.time_zones import zone_named

SyncState = Literal["up to date", "waiting", "refused", "row problem", "no work yet"]
# default: making the board takes a hundredth of the clock's time, and of a large floor it is a minute old at most
REST, LONGEST_REST = 100, timedelta(minutes=1)
# A page that finds it older makes it itself: no clock runs, or a busy one.
OLD_AFTER = timedelta(minutes=3)


@dataclass(frozen=True, slots=True)
class BoardFigures:
    """What the board tells of a standing; None and no data before the first one.

    `rates` go by the metrics' names in a standing.
    """

    rank: str | None = None
    level: int | None = None
    total_xp: int | None = None
    streak_days: int | None = None
    rates: Mapping[str, Rate] = field(default_factory=lambda: dict.fromkeys(METRICS, Rate(0, 0)))


NO_FIGURES = BoardFigures()


@dataclass(frozen=True, slots=True)
class BoardRep:
    """A rep on the board."""

    row: BoardRow
    sync: SyncState
    figures: BoardFigures = NO_FIGURES

    @property
    def change(self) -> int:
        """XP of this week less that of the week before."""
        return self.row.week_xp - self.row.before_xp


def refresh_board(engine: Engine, rules: Rules, now: datetime, age: timedelta | None = None) -> None:
    """Makes the board anew for the time `now` if it is that old (None: older than it is kept).

    Of several who find so, one does; others wait for it only where there is none yet, or none may be older than now.
    Errors: `LedgerUnavailable`.
    """
    with snapshot(engine) as connection:
        found = board_state_now(connection)
    if not _is_old(found, age):
        return
    wait = age is not None and (found.age is None or not age)
    with transaction(engine) as connection:
        held = hold_board(connection, wait=wait)
        if held is not None and _is_old(held, age):
            began_s = time.perf_counter()
            weeks = _weeks(activities(connection, now, rules.metrics.recent_days), rules, now)
            keep_board(connection, weeks, began_s)


def _is_old(state: BoardState, age: timedelta | None) -> bool:
    kept_for = min(REST * state.took, LONGEST_REST) if age is None else age
    return state.age is None or state.age >= kept_for


def _weeks(found: Sequence[Activity], rules: Rules, now: datetime) -> list[KeptWeek]:
    days = rules.metrics.recent_days

    @cache
    def today(time_zone: str | None) -> date:
        return now.astimezone(zone_named(time_zone, rules.time_zone)).date()

    return [
        KeptWeek(
            rep=each.rep,
            place=place,
            week_xp=each.week_xp,
            before_xp=each.before_xp,
            last_active_on=each.last_active_on,
            trend=trend(each.last_active_on, today(each.time_zone), days, each.week_xp, each.before_xp),
        )
        for place, each in enumerate(found)
    ]


def rep_board(
    connection: Connection, rules: Rules, asked: BoardQuestion, first: int = 0, most: int | None = None
) -> list[BoardRep]:
    """Those who fit what is asked, from number `first` (0) on, `most` at most."""
    rows = board_rows(connection, asked, [rank.code for rank in rules.ranks], first, most)
    found = published_figures(connection, [row.id for row in rows])
    return [BoardRep(row, _sync_of(row), _figures(found[row.id]) if row.id in found else NO_FIGURES) for row in rows]


def _figures(told: PublishedFigures) -> BoardFigures:
    return BoardFigures(
        rank=told.rank,
        level=told.level,
        total_xp=told.total_xp,
        streak_days=told.streak_days,
        rates={name: _rate(told.efficiency.get(name)) for name in METRICS},
    )


def _rate(told: Mapping[str, Any] | None) -> Rate:
    return Rate(told["have"], told["of"]) if told else Rate(0, 0)


def sync_state_of(rep: RepRecord) -> SyncState:
    """The same of a rep whose account is told."""
    return _sync_state(rep.refused, rep.row_problem, waits=rep.dirty_since_at is not None, published=rep.published_at)


def _sync_of(row: BoardRow) -> SyncState:
    return _sync_state(row.refused, row.row_problem, waits=row.waits_since_at is not None, published=row.published_at)


def _sync_state(refused: str | None, problem: str | None, *, waits: bool, published: datetime | None) -> SyncState:
    """What somebody has to look at comes first; `ledger.rep_board` sorts by the same."""
    if refused:
        return "refused"
    if problem:
        return "row problem"
    if waits:
        return "waiting"
    return "up to date" if published else "no work yet"
