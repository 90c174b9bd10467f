"""What came of a demo, for people."""

from collections.abc import Mapping
from typing import Any

from rich.box import SIMPLE
from rich.table import Table

from runtime.plain_table import PlainTable

Standings = Mapping[str, Mapping[str, Any]]


def tables(outcome: Mapping[str, Any], standings: Standings) -> tuple[Table, Table, Table]:
    """Reps, what their next rank needs, and a summary; `standings` are the ledger's. 80 columns do."""
    return reps_table(outcome, standings), _needs(outcome, standings), _summary(outcome)


def reps_table(outcome: Mapping[str, Any], standings: Standings) -> Table:
    """Each rep's standing, as it is in Twenty now."""
    table = PlainTable("Standings in Twenty", box=SIMPLE, padding=0)
    for heading in ("Rep", "Rank", "Level", "XP", "Calls", "<30 s", ">2 min", "Appts", "Held", "Deals", "Streak"):
        table.add_column(heading, justify="left" if heading in ("Rep", "Rank") else "right", no_wrap=True)
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
            str(rep["appointmentsSet"]),
            str(rep["appointmentsHeld"]),
            str(rep["closedDeals"]),
            str(rep["streakDays"]),
        )
    return table


def _rate(standing: Mapping[str, Any], metric: str) -> str:
    rate = standing["efficiency"][metric]["rate"]
    return "no data" if rate is None else f"{rate:.0%}"


def _needs(outcome: Mapping[str, Any], standings: Standings) -> Table:
    table = PlainTable("What the next rank still needs (have / need)", box=SIMPLE)
    for heading in ("Rep", "Next", "Gates not met"):
        table.add_column(heading, overflow="fold")
    for rep in outcome["standings"]:
        eligibility = standings[rep["workspaceMemberId"]]["eligibility"]
        unmet = [gate for gate in eligibility["gates"] if not gate["met"]]
        told = [f"{gate['gate']} {_shown(gate['have'])} / {_shown(gate['need'])}" for gate in unmet]
        table.add_row(rep["name"], eligibility["next"] or "–", ", ".join(told) or "none")
    return table


def _shown(value: object) -> str:
    return "none" if value is None else f"{value}"


def _summary(outcome: Mapping[str, Any]) -> Table:
    table = Table.grid(padding=(0, 2))
    deliveries = outcome["deliveries"]
    table.add_row("Deliveries", ", ".join(f"{count} {state}" for state, count in deliveries.items()))
    table.add_row("Lost", str(outcome["lost"]))
    table.add_row("Twenty API calls", str(outcome["twentyCalls"]))
    if any(outcome["faults"].values()):
        table.add_row("Weather", _weather(outcome["faults"]))
        table.add_row("Sweeps afterwards", str(outcome["sweepsAfterwards"]))
    if outcome["asExpected"] is not None:
        table.add_row("As the floor reckons", "yes, every figure" if outcome["asExpected"] else "NO")
    for told, kind in (("decided at once", "atOnce"), ("decided at the watermark", "atWatermark")):
        lag = outcome["lagMs"][kind]
        table.add_row(f"Lag, {told}", f"p50 {lag['p50']} ms, p99 {lag['p99']} ms")
    return table


def _weather(faults: Mapping[str, int]) -> str:
    webhooks = f"webhooks {faults['dropped']} lost, {faults['doubled']} twice, {faults['reordered']} overtaken"
    down = f"{faults['unanswered']} while repsync was down"
    return f"{webhooks}, {down}; {faults['callsRefused']} calls refused, {faults['overBudget']} over the budget"
