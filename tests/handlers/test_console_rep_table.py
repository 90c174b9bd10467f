"""The table of reps as its address asks for it."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from accounts.rep_board import NO_FIGURES, SORTS, BoardFigures, BoardRep, sorted_reps
from handlers.console.rep_table import PAGE, RepTable, TableQuestion, read_question, rep_table
from handlers.console.reps import COLUMNS
from ledger.rep_board import BoardRow
from programs.progression.efficiency import Rate
from programs.progression.metric_marks import METRICS
from programs.progression.progress import Trend
from programs.progression.rules import default_rules

RULES = default_rules()


def _rep(name: str, xp: int | None = 0, drops: Rate | None = None, trend: Trend = "idle") -> BoardRep:
    row = BoardRow(
        id=f"id-{name}",
        name=name,
        time_zone=None,
        left=False,
        last_active_on=None,
        published_at=None,
        waits_since_at=None,
        refused=None,
        row_problem=None,
    )
    return BoardRep(row, 2, 1, trend, "up to date", NO_FIGURES if xp is None else _figures(xp, drops))


def _figures(xp: int, drops: Rate | None) -> BoardFigures:
    rates = dict.fromkeys(METRICS, Rate(0, 0)) | {"sub30sDropRate": drops or Rate(0, 0)}
    return BoardFigures("E-1", 0, 1, xp, xp, rates)


def _table(reps: Sequence[BoardRep], question: TableQuestion) -> RepTable:
    return rep_table(reps, question, RULES, lambda asked: asked)


def _names(reps: list[BoardRep]) -> list[str | None]:
    return [rep.row.name for rep in reps]


def test_who_has_no_figure_is_last_whichever_way() -> None:
    """A member who never worked is neither the best nor the worst."""
    reps = [_rep("Ann", None), _rep("Bob", 5), _rep("Cid", 7)]
    assert _names(sorted_reps(reps, "xp")) == ["Bob", "Cid", "Ann"]
    assert _names(sorted_reps(reps, "-xp")) == ["Cid", "Bob", "Ann"]


def test_shares_sort_by_their_value() -> None:
    """Nine of ten are more than fifty of a hundred."""
    reps = [_rep("Ann", drops=Rate(9, 10)), _rep("Bob", drops=Rate(50, 100)), _rep("Cid")]
    assert _names(sorted_reps(reps, "drops")) == ["Bob", "Ann", "Cid"]


def test_every_column_sorts_and_every_sort_is_a_column() -> None:
    """No heading is dead."""
    assert {column[0] for column in COLUMNS} == set(SORTS)
    for sort in SORTS:
        assert len(sorted_reps([_rep("Ann", None), _rep("Bob", 5, Rate(1, 2))], f"-{sort}")) == 2


@pytest.mark.parametrize(
    ("asked", "read"),
    [
        ({}, TableQuestion()),
        ({"search": "  Ann ", "sort": "-xp", "trend": "up", "page": "3"}, TableQuestion("Ann", "-xp", "up", 3)),
        ({"sort": "password", "trend": "away", "page": "-1"}, TableQuestion()),
        ({"page": "²"}, TableQuestion()),
        ({"page": "9" * 40}, TableQuestion()),
    ],
)
def test_an_address_that_makes_no_sense_is_read_as_if_not_said(asked: dict[str, str], read: TableQuestion) -> None:
    """Whatever is typed into the address, there is a table."""
    assert read_question(asked) == read


def test_a_heading_turns_its_own_sort_round() -> None:
    """Figures begin with the greatest, names with A; another click turns it."""
    assert TableQuestion().sorted_by("xp") == "-xp"
    assert TableQuestion(sort="-xp").sorted_by("xp") == "xp"
    assert TableQuestion(sort="-xp").sorted_by("name") == "name"
    assert TableQuestion(sort="name").sorted_by("name") == "-name"
    assert (TableQuestion(sort="-xp").direction("xp"), TableQuestion().direction("xp")) == ("descending", None)


def test_search_and_trend_narrow_the_table() -> None:
    """Letters of the name in any case, or the beginning of the id; the counts are of who fits the search."""
    reps = [_rep("Ann Lee", trend="up"), _rep("Bob Lee", trend="stalled"), _rep("Cid", trend="up")]
    found = _table(reps, TableQuestion("LEE"))
    assert ([row.rep.row.name for row in found.rows], found.found, found.all) == (["Ann Lee", "Bob Lee"], 2, 3)
    assert (found.trends["up"], found.trends["stalled"], found.trends["idle"]) == (1, 1, 0)
    assert [row.rep.row.name for row in _table(reps, TableQuestion("lee", trend="stalled")).rows] == ["Bob Lee"]
    assert _table(reps, TableQuestion("id-C")).found == 1


def test_pages_hold_everybody_once() -> None:
    """A page beyond the last is the last one."""
    reps = [_rep(f"{n:03}") for n in range(PAGE + 1)]
    first, second = _table(reps, TableQuestion()), _table(reps, TableQuestion(page=99))
    assert (len(first.rows), first.pages) == (PAGE, 2)
    assert ([row.rep.row.name for row in second.rows], second.question.page) == ([f"{PAGE:03}"], 2)
    assert _table([], TableQuestion(page=2)).question.page == 1


def test_figures_are_read_of_who_is_shown() -> None:
    """Of a page alone, sorted by what needs none; of everybody who fits, sorted by a figure: the best are first."""
    light = [replace(_rep(f"{n:03}"), figures=NO_FIGURES) for n in range(PAGE + 1)]
    read: list[int] = []

    def figured(asked: Sequence[BoardRep]) -> list[BoardRep]:
        read.append(len(asked))
        return [replace(rep, figures=_figures(int(rep.row.name or 0), None)) for rep in asked]

    by_name = rep_table(light, TableQuestion(), RULES, figured)
    assert [row.rep.figures.total_xp for row in by_name.rows] == list(range(PAGE))
    by_xp = rep_table(light, TableQuestion(sort="-xp"), RULES, figured)
    assert by_xp.rows[0].rep.figures.total_xp == PAGE
    assert read == [PAGE, PAGE + 1]
