"""What came of a demo, as one JSON object."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from ledger.awards import publish_lags_ms
from ledger.engine import transaction
from ledger.inbox import count_by_state
from ledger.published import load_standings
from runtime.demo.scene import Answers, Figures
from runtime.demo.settling import WEBHOOKS
from runtime.demo.stage import Stage
from sandbox.twenty import SandboxTwenty

NO_ANSWER = 0
FROM_LEDGER = (
    "totalCalls",
    "subThirtyCalls",
    "overTwoMinuteCalls",
    "appointmentsSet",
    "appointmentsHeld",
    "streakDays",
)


def outcome(stage: Stage, answers: Answers, expected: Mapping[str, Figures] | None) -> dict[str, Any]:
    """Deliveries by their end, what was lost, Twenty's API calls, lags in ms, the weather, and every rep's standing.

    XP, level, rank and deals are what the rows in Twenty say; the rest is the ledger's. `asExpected` says whether all
    of it is what the scene itself reckoned with; None where it does not reckon.
    """
    with transaction(stage.engine) as connection:
        counts = count_by_state(connection, WEBHOOKS)
        lags = publish_lags_ms(connection)
        standings = load_standings(connection)
    accepted = answers.get(202, 0)
    shown = [_standing(row, standings) for row in _rows(stage) if row["workspaceMemberId"] in standings]
    deliveries = {state: counts.get(state, 0) for state in ("processed", "ignored", "parked", "duplicates")}
    return {
        "deliveries": {"received": accepted, **deliveries},
        "lost": accepted - sum(deliveries.values()),
        "twentyCalls": stage.twenty.calls,
        "lagMs": {**percentiles(lags["at_once"] + lags["waited"]), **_by_kind(lags)},
        "refused": {str(status): count for status, count in answers.items() if status not in (202, NO_ANSWER)},
        "faults": _faults(stage.twenty, answers),
        "asExpected": None if expected is None else expected == {_rep(rep): _figures(rep) for rep in shown},
        "standings": shown,
    }


def _faults(twenty: SandboxTwenty, answers: Answers) -> dict[str, int]:
    """What the weather did, and what Twenty itself refused for rate."""
    counts = {kind: sum(struck.values()) for kind, struck in twenty.faults.counts.items()}
    webhooks = {kind: counts.get(kind, 0) for kind in ("dropped", "doubled", "reordered")}
    refused = counts.get("429", 0)
    over_budget = twenty.calls_by_status.get(429, 0) - refused
    return {**webhooks, "unanswered": answers.get(NO_ANSWER, 0), "callsRefused": refused, "overBudget": over_budget}


def _rep(standing: Mapping[str, Any]) -> str:
    return str(standing["workspaceMemberId"])


def _figures(standing: Mapping[str, Any]) -> Figures:
    return {name: value for name, value in standing.items() if name not in ("workspaceMemberId", "name")}


def _by_kind(lags: Mapping[str, Sequence[float]]) -> dict[str, Any]:
    return {"atOnce": percentiles(lags["at_once"]), "atWatermark": percentiles(lags["waited"])}


def percentiles(values: Sequence[float]) -> dict[str, int | None]:
    """p50 and p99 by the nearest rank, rounded; None without values."""
    ranked = sorted(values)
    return {
        name: round(ranked[math.ceil(share * len(ranked)) - 1]) if ranked else None
        for name, share in (("p50", 0.5), ("p99", 0.99))
    }


def _rows(stage: Stage) -> list[dict[str, Any]]:
    live = [row for row in stage.twenty.rows("repProgressions") if row["deletedAt"] is None]
    return sorted(live, key=lambda row: str(row["workspaceMemberId"]))


def _standing(row: Mapping[str, Any], standings: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    rep = row["workspaceMemberId"]
    in_twenty = {name: row[name] for name in ("totalXp", "currentLevel", "currentRank", "closedDeals")}
    in_ledger = {name: standings[rep][name] for name in FROM_LEDGER}
    return {"workspaceMemberId": rep, "name": row["name"], **in_twenty, **in_ledger}
