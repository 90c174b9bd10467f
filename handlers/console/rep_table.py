"""The table of reps as its address asks for it: searched, sorted, a page at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import get_args

from sqlalchemy import Connection

from accounts.rep_board import BoardRep, rep_board
from handlers.console.bars import MetricBar, metric_bar
from ledger.kept_board import board_state_now
from ledger.rep_board import SORTS, BoardQuestion, count_by_trend
from programs.progression.metric_marks import METRICS, Mark, marked, marks_of
from programs.progression.progress import Trend
from programs.progression.rules import Rules
from schemas.payloads import storable

PAGE = 50
# Names and what is first in the alphabet begin at the top, of figures the greatest do.
FROM_THE_LEAST = frozenset({"name", "sync", "drops"})
TRENDS: tuple[Trend, ...] = get_args(Trend)


@dataclass(frozen=True, slots=True)
class TableQuestion:
    """What is asked for: letters of a name, a sort of `SORTS` (`-` before it: the greatest first), a trend, a page."""

    search: str = ""
    sort: str = "name"
    trend: Trend | None = None
    page: int = 1

    def sorted_by(self, column: str) -> str:
        """The sort that a click on a column's heading asks for: the other way round where it is that one already."""
        first = column if column in FROM_THE_LEAST else f"-{column}"
        other = f"-{column}" if first == column else column
        return other if self.sort == first else first

    def direction(self, column: str) -> str | None:
        """What `aria-sort` says of a column; None where it is not the one."""
        if self.sort.removeprefix("-") != column:
            return None
        return "descending" if self.sort.startswith("-") else "ascending"


@dataclass(frozen=True, slots=True)
class TableRow:
    """A rep with its metrics as bars, by their names in a standing."""

    rep: BoardRep
    bars: Mapping[str, MetricBar]


@dataclass(frozen=True, slots=True)
class RepTable:
    """A page of rows; `found` of `all` reps fit, `trends` counts those who fit the search, by trend.

    Trends and the XP of weeks are as they were at `kept_at`; None before anybody counted.
    """

    question: TableQuestion
    rows: tuple[TableRow, ...]
    found: int
    all: int
    pages: int
    trends: Mapping[str, int]
    kept_at: datetime | None


def read_question(arguments: Mapping[str, str]) -> TableQuestion:
    """What the address says; what it says wrongly is as if not said."""
    sort = arguments.get("sort", "")
    trend = next((each for each in TRENDS if each == arguments.get("trend")), None)
    page = arguments.get("page", "")
    return TableQuestion(
        search=storable(arguments.get("search", "")).strip()[:100],
        sort=sort if sort.removeprefix("-") in SORTS else "name",
        trend=trend,
        page=int(page) if page.isascii() and page.isdecimal() and len(page) < 7 else 1,
    )


def rep_table(connection: Connection, question: TableQuestion, rules: Rules) -> RepTable:
    """The page that was asked for, or the last one there is."""
    trends = count_by_trend(connection, question.search)
    found = sum(trends.values()) if question.trend is None else trends.get(question.trend, 0)
    pages = max(1, -(-found // PAGE))
    page = min(max(1, question.page), pages)
    asked = BoardQuestion(question.search, question.sort, question.trend)
    return RepTable(
        question=replace(question, page=page),
        rows=_rows(rep_board(connection, rules, asked, (page - 1) * PAGE, PAGE), rules),
        found=found,
        all=sum((count_by_trend(connection, "") if question.search else trends).values()),
        pages=pages,
        trends={trend: trends.get(trend, 0) for trend in TRENDS},
        kept_at=board_state_now(connection).kept_at,
    )


def _rows(reps: Sequence[BoardRep], rules: Rules) -> tuple[TableRow, ...]:
    marks = {name: marks_of(metric, rules) for name, metric in METRICS.items()}
    return tuple(TableRow(rep, _bars(rep, marks)) for rep in reps)


def _bars(rep: BoardRep, marks: Mapping[str, Sequence[Mark]]) -> dict[str, MetricBar]:
    return {name: metric_bar(marked(rate, marks[name])) for name, rate in rep.figures.rates.items()}
