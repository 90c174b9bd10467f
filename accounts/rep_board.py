"""The board: all reps at a glance, who moves, and what stands between a rep and Twenty."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache
from types import MappingProxyType
from typing import Any, Literal

from sqlalchemy import Connection

from ledger.account_queries import RepRecord
from ledger.rep_board import BoardRow, PublishedFigures, board_rows, published_figures, week_xp
from programs.progression.efficiency import Rate
from programs.progression.metric_marks import METRICS
from programs.progression.progress import Trend, trend
from programs.progression.rules import Rules
from programs.progression.time_zones import zone_named

SyncState = Literal["up to date", "waiting", "refused", "row problem", "no work yet"]


@dataclass(frozen=True, slots=True)
class BoardFigures:
    """What the board tells of a standing; None and no data before the first one.

    `rank_place` counts up the ladder from 0; None without a rank, or with one that the rules do not have. `rates` go by
    the metrics' names in a standing.
    """

    rank: str | None = None
    rank_place: int | None = None
    level: int | None = None
    total_xp: int | None = None
    streak_days: int | None = None
    rates: Mapping[str, Rate] = field(default_factory=lambda: dict.fromkeys(METRICS, Rate(0, 0)))


NO_FIGURES = BoardFigures()


@dataclass(frozen=True, slots=True)
class BoardRep:
    """A rep on the board. `week_xp` is of the last seven days, `before_xp` of the seven before.

    `figures` are read on request: a standing is large (`with_figures`).
    """

    row: BoardRow
    week_xp: int
    before_xp: int
    trend: Trend
    sync: SyncState
    figures: BoardFigures = NO_FIGURES

    @property
    def change(self) -> int:
        """XP of this week less that of the week before."""
        return self.week_xp - self.before_xp


def rep_board(connection: Connection, rules: Rules, now: datetime) -> tuple[BoardRep, ...]:
    """Everybody, by name, without figures; members who left and never worked are left out."""
    rows = [row for row in board_rows(connection) if row.published_at or row.waits_since_at or not row.left]
    xp, days = week_xp(connection, now, rules.metrics.recent_days), rules.metrics.recent_days

    @cache
    def today(time_zone: str | None) -> date:
        return now.astimezone(zone_named(time_zone, rules.time_zone)).date()

    return tuple(_board_rep(row, xp.get(row.id, (0, 0)), today(row.time_zone), days) for row in rows)


def _board_rep(row: BoardRow, xp: tuple[int, int], today: date, days: int) -> BoardRep:
    waits = row.waits_since_at is not None
    sync = _sync_state(row.refused, row.row_problem, waits=waits, published=row.published_at)
    return BoardRep(row, xp[0], xp[1], trend(row.last_active_on, today, days, *xp), sync)


def with_figures(connection: Connection, reps: Sequence[BoardRep], rules: Rules) -> list[BoardRep]:
    """The same reps with what their standings tell."""
    found = published_figures(connection, [rep.row.id for rep in reps])
    places = {rank.code: place for place, rank in enumerate(rules.ranks)}
    return [replace(rep, figures=_figures(found[rep.row.id], places)) if rep.row.id in found else rep for rep in reps]


def _figures(told: PublishedFigures, places: Mapping[str, int]) -> BoardFigures:
    return BoardFigures(
        rank=told.rank,
        rank_place=places.get(told.rank or ""),
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


def _sync_state(refused: str | None, problem: str | None, *, waits: bool, published: datetime | None) -> SyncState:
    """What somebody has to look at comes first."""
    if refused:
        return "refused"
    if problem:
        return "row problem"
    if waits:
        return "waiting"
    return "up to date" if published else "no work yet"


def _share(name: str) -> Callable[[BoardRep], Any]:
    return lambda rep: rep.figures.rates[name].value


# What the board can be sorted by; None of a figure sorts last, whichever way.
SORTS: Mapping[str, Callable[[BoardRep], Any]] = MappingProxyType(
    {
        "name": lambda rep: (rep.row.name or rep.row.id).casefold(),
        "rank": lambda rep: rep.figures.rank_place,
        "level": lambda rep: rep.figures.level,
        "xp": lambda rep: rep.figures.total_xp,
        "week": lambda rep: rep.week_xp if rep.row.published_at else None,
        "change": lambda rep: rep.change if rep.row.published_at else None,
        "drops": _share("sub30sDropRate"),
        "long": _share("twoPlusMinRate"),
        "appointments": _share("callToApptRate"),
        "cadence": _share("cadenceCompletionRate"),
        "shows": _share("showRate"),
        "streak": lambda rep: rep.figures.streak_days,
        "active": lambda rep: rep.row.last_active_on,
        "sync": lambda rep: rep.sync,
    }
)
_WITHOUT_FIGURES = frozenset({"name", "week", "change", "active", "sync"})


def needs_figures(sort: str) -> bool:
    """Whether reps are sorted by what their standings tell."""
    return sort.removeprefix("-") not in _WITHOUT_FIGURES


def sorted_reps(reps: Sequence[BoardRep], sort: str) -> list[BoardRep]:
    """By a name of `SORTS`, `-` before it for the greatest first; reps who are alike stay in order by name."""
    key = SORTS[sort.removeprefix("-")]
    known = [rep for rep in reps if key(rep) is not None]
    unknown = [rep for rep in reps if key(rep) is None]
    return [*sorted(known, key=key, reverse=sort.startswith("-")), *unknown]


def reps_called(reps: Iterable[BoardRep], search: str) -> list[BoardRep]:
    """Those whose name holds these letters, or whose id begins with them; case does not matter."""
    wanted = search.strip().casefold()
    return [
        rep for rep in reps if wanted in (rep.row.name or "").casefold() or rep.row.id.casefold().startswith(wanted)
    ]
