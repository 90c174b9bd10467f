"""The table of reps as its address asks for it: searched, sorted, a page at a time."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

from accounts.rep_board import SORTS, BoardRep, needs_figures, reps_called, sorted_reps
from handlers.console.bars import MetricBar, metric_bar
from programs.progression.metric_marks import METRICS, Mark, marked, marks_of
from programs.progression.progress import Trend
from programs.progression.rules import Rules

PAGE = 50
# Names and what is first in the alphabet begin at the top, of figures the greatest do.
FROM_THE_LEAST = frozenset({"name", "sync", "drops"})
Figured = Callable[[Sequence[BoardRep]], Sequence[BoardRep]]
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
    """A page of rows; `found` of `all` reps fit, `trends` counts those who fit the search, by trend."""

    question: TableQuestion
    rows: tuple[TableRow, ...]
    found: int
    all: int
    pages: int
    trends: Mapping[Trend, int]


def read_question(arguments: Mapping[str, str]) -> TableQuestion:
    """What the address says; what it says wrongly is as if not said."""
    sort = arguments.get("sort", "")
    trend = next((each for each in TRENDS if each == arguments.get("trend")), None)
    page = arguments.get("page", "")
    return TableQuestion(
        search=arguments.get("search", "").strip()[:100],
        sort=sort if sort.removeprefix("-") in SORTS else "name",
        trend=trend,
        page=int(page) if page.isascii() and page.isdecimal() and len(page) < 7 else 1,
    )


def rep_table(reps: Sequence[BoardRep], question: TableQuestion, rules: Rules, figured: Figured) -> RepTable:
    """The page that was asked for, or the last one there is; `figured` reads the figures of who needs them."""
    called = reps_called(reps, question.search) if question.search else list(reps)
    found = [rep for rep in called if question.trend in (None, rep.trend)]
    counted = Counter(rep.trend for rep in called)
    pages = max(1, -(-len(found) // PAGE))
    page = min(max(1, question.page), pages)
    return RepTable(
        question=TableQuestion(question.search, question.sort, question.trend, page),
        rows=_rows(_shown(found, question.sort, page, figured), rules),
        found=len(found),
        all=len(reps),
        pages=pages,
        trends={trend: counted[trend] for trend in TRENDS},
    )


def _shown(found: Sequence[BoardRep], sort: str, page: int, figured: Figured) -> Sequence[BoardRep]:
    here = slice((page - 1) * PAGE, page * PAGE)
    if needs_figures(sort):
        return sorted_reps(figured(found), sort)[here]
    return figured(sorted_reps(found, sort)[here])


def _rows(reps: Sequence[BoardRep], rules: Rules) -> tuple[TableRow, ...]:
    marks = {name: marks_of(metric, rules) for name, metric in METRICS.items()}
    return tuple(TableRow(rep, _bars(rep, marks)) for rep in reps)


def _bars(rep: BoardRep, marks: Mapping[str, Sequence[Mark]]) -> dict[str, MetricBar]:
    return {name: metric_bar(marked(rate, marks[name])) for name, rate in rep.figures.rates.items()}
