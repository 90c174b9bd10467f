"""What came of a demo, for people."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console, Group
from rich.table import Table


def print_outcome(console: Console, outcome: Mapping[str, Any], standings: Mapping[str, Mapping[str, Any]]) -> None:
    """A table of reps and a summary; `standings` are the ledger's, with metrics and gates."""
    console.print(Group(_reps(outcome, standings), _summary(outcome)))


def _reps(outcome: Mapping[str, Any], standings: Mapping[str, Mapping[str, Any]]) -> Table:
    table = Table(title="Standings in Twenty")
    for heading in ("Rep", "Rank", "Level", "XP", "Calls", "Sub-30s", "2+ min", "Appts held", "Deals", "Streak"):
        table.add_column(heading, justify="left" if heading in ("Rep", "Rank") else "right")
    table.add_column("What the next rank still needs", overflow="fold")
    for rep in outcome["standings"]:
        standing = standings[rep["workspaceMemberId"]]
        table.add_row(
            rep["name"],
            rep["currentRank"],
            str(rep["currentLevel"]),
            f"{rep['totalXp']:,}",
            str(rep["totalCalls"]),
            _rate(standing, "sub30sDropRate"),
            _rate(standing, "twoPlusMinRate"),
            f"{rep['appointmentsHeld']} of {rep['appointmentsSet']}",
            str(rep["closedDeals"]),
            str(rep["streakDays"]),
            _needs(standing["eligibility"]),
        )
    return table


def _rate(standing: Mapping[str, Any], metric: str) -> str:
    rate = standing["efficiency"][metric]["rate"]
    return "no data" if rate is None else f"{rate:.0%}"


def _needs(eligibility: Mapping[str, Any]) -> str:
    unmet = [gate for gate in eligibility["gates"] if not gate["met"]]
    told = [f"{gate['gate']} {_shown(gate['have'])}/{_shown(gate['need'])}" for gate in unmet]
    return f"{eligibility['next']}: {', '.join(told)}" if eligibility["next"] else "nothing: the highest rank"


def _shown(value: object) -> str:
    return "none" if value is None else f"{value}"


def _summary(outcome: Mapping[str, Any]) -> Table:
    table = Table.grid(padding=(0, 2))
    deliveries = outcome["deliveries"]
    table.add_row("Deliveries", ", ".join(f"{count} {state}" for state, count in deliveries.items()))
    table.add_row("Lost", str(outcome["lost"]))
    table.add_row("Twenty API calls", str(outcome["twentyCalls"]))
    for told, kind in (("decided at once", "atOnce"), ("decided at the watermark", "atWatermark")):
        lag = outcome["lagMs"][kind]
        table.add_row(f"Lag, {told}", f"p50 {lag['p50']} ms, p99 {lag['p99']} ms")
    return table
