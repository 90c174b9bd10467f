"""What a backfill shows: a bar while it reads, and what came of it."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from math import ceil

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from worker.backfill import Backfilled
from worker.backfill_reading import Progress as Reading


@contextmanager
def watched(console: Console) -> Iterator[Callable[[Reading], None]]:
    """A bar on a terminal; elsewhere a line at the start, and one whenever another object comes or it has to wait."""
    began_s = time.monotonic()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[pace]}"))
    with Progress(
        *columns, console=console, disable=not console.is_terminal, transient=True, redirect_stdout=False
    ) as bar:
        task = bar.add_task("counting", total=None, pace="")
        began_rows: list[int] = []
        told: list[str] = []

        def watch(reading: Reading) -> None:
            began_rows[:] = began_rows or [reading.rows]
            rows_a_second = (reading.rows - began_rows[0]) / max(time.monotonic() - began_s, 0.001)
            bar.update(task, description=reading.object, completed=reading.rows, total=reading.total)
            bar.update(task, pace=_waiting(reading) or pace(reading, rows_a_second))
            line = _waiting(reading) or f"reading {reading.object}"
            if not console.is_terminal and told[-1:] != [line]:
                told[:] = [line]
                console.print(f"{reading.rows:,} of {reading.total:,} rows, {line}")

        yield watch


def _waiting(reading: Reading) -> str:
    return f"waiting for {reading.waits_for}" if reading.waits_for else ""


def pace(reading: Reading, rows_a_second: float) -> str:
    """`166 rows/s, 0:03:20 left, budget 35 % left`."""
    left_s = time_left_s(reading, rows_a_second)
    left = f", {timedelta(seconds=ceil(left_s))} left" if left_s is not None else ""
    return f"{rows_a_second:.0f} rows/s{left}, budget {reading.budget_left * 100:.0f} % left"


def time_left_s(reading: Reading, rows_a_second: float) -> float | None:
    """By the rows that are left: as long as the calls of the budget take, or longer by the pace so far.

    None before the first page. At the start a burst of calls is free, so the pace so far alone would promise too much.
    """
    rows = max(reading.total - reading.rows, 0)
    if not reading.page_rows or not rows_a_second:
        return None
    by_budget_s = ceil(rows / reading.page_rows) * 60 / reading.calls_a_minute
    return max(by_budget_s, rows / rows_a_second)


def backfilled_json(found: Backfilled, took_s: float) -> dict[str, object]:
    """What came of it, for programs; `seconds` are this run's, all else counts every run."""
    return {
        "done": True,
        "since": found.since_on.isoformat() if found.since_on else None,
        "rows": found.rows,
        "newVersions": found.came.versions,
        "calls": found.calls,
        "xpPaid": found.came.xp_paid,
        "awardsPaid": found.came.awards_paid,
        "awardsAdopted": found.came.awards_adopted,
        "repsWaiting": found.reps_waiting,
        "seconds": round(took_s, 1),
    }


def backfilled_text(found: Backfilled, took_s: float) -> str:
    """What came of it, for people."""
    came = found.came
    history = f"history since {found.since_on}" if found.since_on else "whole history"
    lines = [
        f"Read the {history}: {found.rows:,} rows, {came.versions:,} new versions, with {found.calls:,} calls.",
        f"Paid {came.xp_paid:,} XP in {came.awards_paid:,} awards. This run took {timedelta(seconds=round(took_s))}.",
    ]
    if came.awards_adopted:
        lines.append(f"Adopted rows keep their XP: {came.awards_adopted:,} awards of 0 for what happened before.")
    if found.reps_waiting:
        lines.append(f"{found.reps_waiting} reps wait to be published: a worker does that, `repsync doctor` says more.")
    return "\n".join(lines)
