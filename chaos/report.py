"""The report, for people: recovery after each kind of kill, and the verdict."""

import math
from collections.abc import Sequence
from statistics import fmean

from rich.box import SIMPLE
from rich.table import Table

from chaos.director import Recovered
from chaos.verdict import Verdict

# Of the issue: seconds at the 99th percentile.
WORK_S, DRAIN_S = 5.0, 30.0
TARGETS = {
    "worker": WORK_S,
    "work-horse": WORK_S,
    "at digest": WORK_S,
    "at publish": WORK_S,
    "at sweep": WORK_S,
    "Valkey": DRAIN_S,
    "Valkey, data lost": DRAIN_S,
    "PostgreSQL": DRAIN_S,
    "Twenty away": DRAIN_S,
}
MEASURED = {
    "receiver": "a webhook is accepted again",
    "at receiver": "a webhook is accepted again",
    "clock": "the clock ticks again",
    "at clock": "the clock ticks again",
    "worker": "all accepted by then is digested",
    "work-horse": "all accepted by then is digested",
    "at digest": "all accepted by then is digested",
    "at publish": "another publisher is at work (Twenty's pauses left out)",
    "… written": "every rep who waited is published (Twenty's budget and pauses decide)",
    "at sweep": "a sweep is finished",
    "Valkey": "from its return: all accepted is digested",
    "Valkey, data lost": "from its return: all accepted is digested",
    "PostgreSQL": "from its return: all accepted is digested",
    "Twenty away": "from its return: every rep who waited is published",
}


def recovery_table(recovered: Sequence[Recovered]) -> Table:
    """A line a kind."""
    table = Table(title="Recovery, in seconds", box=SIMPLE, padding=0)
    for heading in ("Killed", "Number", "Mean", "p99", "Max", "Target", "Until"):
        table.add_column(heading, justify="left" if heading in ("Killed", "Until") else "right")
    for kind, until in MEASURED.items():
        if times := [each.seconds for each in recovered if each.kind == kind]:
            table.add_row(*_line(kind, times), until)
    return table


def _line(kind: str, times: Sequence[float]) -> list[str]:
    target_s = TARGETS.get(kind)
    met = "" if target_s is None else f"{'met' if p99(times) <= target_s else 'MISSED'} ({target_s:.0f})"
    return [kind, str(len(times)), *(f"{value:.2f}" for value in (fmean(times), p99(times), max(times))), met]


def p99(times: Sequence[float]) -> float:
    """By the nearest rank: of fewer than a hundred, the longest."""
    return sorted(times)[math.ceil(0.99 * len(times)) - 1]


def summary(verdict: Verdict, kills: int, duration_s: float) -> Table:
    """The verdict, line by line."""
    table = Table.grid(padding=(0, 2))
    table.add_row("Webhooks", f"{verdict.posted} posted, {verdict.accepted} accepted; sweeps brought {verdict.swept}")
    table.add_row("Faults", ", ".join(f"{count} {kind}" for kind, count in sorted(verdict.faults.items())))
    table.add_row("SIGKILLs", str(kills))
    table.add_row("Lost", str(verdict.lost))
    table.add_row("Doubled", str(verdict.doubled))
    table.add_row("As a run without faults", "yes, every figure" if verdict.as_expected else "NO")
    table.add_row("repsync audit --twenty", "clean" if not verdict.off else "; ".join(verdict.off))
    table.add_row("Duration", f"{duration_s:.0f} s")
    return table
