"""What the table's address asks for."""

import pytest

from handlers.console.rep_table import TableQuestion, read_question
from handlers.console.reps import COLUMNS
from ledger.rep_board import SORTS


def test_every_column_sorts_and_every_sort_is_a_column() -> None:
    """No heading is dead."""
    assert {column[0] for column in COLUMNS} == set(SORTS)


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
