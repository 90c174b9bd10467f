"""What a backfill shows while it reads, and at its end."""

import io
from datetime import date

import pytest
from rich.console import Console

from ledger.backfill_state import WhatCame
from runtime.commands.backfill_views import backfilled_json, backfilled_text, pace, time_left_s, watched
from worker.backfill import Backfilled
from worker.backfill_reading import Progress


def _progress(rows: int, page_rows: int = 200, waits_for: str = "") -> Progress:
    return Progress("notes", rows, 20_200, page_rows, 80, 0.35, waits_for)


@pytest.mark.parametrize(
    ("rows", "page_rows", "rows_a_second", "left_s"),
    [
        (200, 200, 4_000.0, 75.0),  # 100 calls at 80 a minute, however fast the first burst was
        (200, 200, 100.0, 200.0),
        (200, 60, 4_000.0, 250.5),
        (20_200, 200, 100.0, 0.0),
        (20_300, 200, 100.0, 0.0),
        (0, 0, 0.0, None),
    ],
)
def test_the_time_left_is_what_the_budget_and_the_pace_allow(
    rows: int, page_rows: int, rows_a_second: float, left_s: float | None
) -> None:
    """The slower of both counts; before the first page nobody knows."""
    assert time_left_s(_progress(rows, page_rows), rows_a_second) == left_s


def test_pace_time_and_budget_are_told() -> None:
    """As they stand beside the bar."""
    assert pace(_progress(200), 100.0) == "100 rows/s, 0:03:20 left, budget 35 % left"
    assert pace(_progress(0, 0), 0.0) == "0 rows/s, budget 35 % left"


def test_without_a_terminal_a_line_tells_each_object_and_each_wait() -> None:
    """And not each page, so that a log stays short."""
    out = io.StringIO()
    with watched(Console(file=out)) as watch:
        for rows in (0, 200, 400):
            watch(_progress(rows))
        watch(_progress(400, waits_for="Twenty: 429"))
        watch(_progress(600))
    assert out.getvalue().splitlines() == [
        "0 of 20,200 rows, reading notes",
        "400 of 20,200 rows, waiting for Twenty: 429",
        "600 of 20,200 rows, reading notes",
    ]


def test_a_bar_is_drawn_on_a_terminal() -> None:
    """Rows of all rows, and the pace."""
    out = io.StringIO()
    with watched(Console(file=out, force_terminal=True, width=120)) as watch:
        watch(_progress(0))
        watch(_progress(10_100))
    assert "10100/20200" in out.getvalue()
    assert "budget 35 % left" in out.getvalue()


@pytest.mark.parametrize("since_on", [None, date(2026, 1, 2)])
def test_what_came_of_it_is_told_to_people_and_programs(since_on: date | None) -> None:
    """The same figures in both."""
    found = Backfilled(since_on, 2_412, 21, WhatCame(2_400, 40_000, 6_000, 15), 2)
    told, figures = backfilled_text(found, 61.25), backfilled_json(found, 61.25)
    assert ("since 2026-01-02" in told, figures["since"]) == (since_on is not None, since_on and "2026-01-02")
    assert {figures[name] for name in ("rows", "newVersions", "calls", "xpPaid", "awardsPaid", "awardsAdopted")} == {
        2_412,
        2_400,
        21,
        40_000,
        6_000,
        15,
    }
    assert all(each in told for each in ("2,412", "2,400", "21 calls", "40,000", "6,000", "15 awards", "0:01:01"))
    assert "2 reps wait" in told
