"""One gate against one rep's figures: a quick yes or no for the fold, and have / need / met for people."""

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TypeAlias

from programs.progression.figures import Figures
from programs.progression.rank_gates import COUNTS, RATES, TEAM_METRICS, Gate

Shown: TypeAlias = int | Decimal | str

NO_DATA = "no data"
NOT_VERIFIABLE = "not verifiable"
UNSCORED = "passed, score not recorded"


@dataclass(frozen=True, slots=True)
class GateResult:
    """A gate of `rank`: what it needs, what the rep has (None: no data), if it is met, and why not."""

    rank: str
    gate: str
    need: Shown
    have: Shown | None
    met: bool
    reason: str = ""


def is_met(gate: Gate, figures: Figures) -> bool:
    """Whether the figures meet the gate. A gate without data is not met."""
    if gate.kind in COUNTS:
        return count(gate.kind, figures) >= gate.at_least
    if gate.kind in RATES:
        return _rate_met(gate, *parts(gate.kind, figures))
    if gate.kind == "modules":
        return figures.modules.issuperset(gate.ids)
    if gate.kind == TEAM_METRICS:
        return False
    return _passed(gate, figures)


def check(rank: str, gate: Gate, figures: Figures) -> GateResult:
    """The same verdict as is_met, in words and numbers."""
    need, have, reason = _account(gate, figures)
    return GateResult(rank, gate.kind, need, have, is_met(gate, figures), reason)


def count(kind: str, figures: Figures) -> int:
    """The figure that a counting gate looks at. Two tiers of one badge are one badge."""
    if kind == "badges":
        return len({badge.split(".", 1)[0] for badge in figures.badges})
    return {
        "dials": figures.total_calls,
        "appointments": figures.appointments_set,
        "deals": figures.closed_deals,
        "mentees": figures.mentees,
    }[kind]


def parts(kind: str, figures: Figures) -> tuple[int, int]:
    """The count and the whole of a rate gate."""
    return {
        "sub_thirty_drop": (figures.sub_thirty_calls, figures.total_calls),
        "call_to_appointment": (figures.appointments_set, figures.total_calls),
        "cadence_completion": (figures.leads_full_cadence, figures.leads_called),
    }[kind]


def _rate_met(gate: Gate, have: int, of: int) -> bool:
    """Compares counts, not a rounded rate: 50 % exactly is not below 50 %."""
    if not of:
        return False
    if gate.below_percent is not None:
        return have * 100 < gate.below_percent * of
    return gate.above_percent is not None and have * 100 > gate.above_percent * of


def _passed(gate: Gate, figures: Figures) -> bool:
    wanted = gate.ids[0]
    if wanted in figures.unscored_exams:
        return True
    if gate.kind == "certification":
        return wanted in figures.certifications
    score = figures.exams.get(wanted)
    return score is not None and score >= gate.at_least


def _account(gate: Gate, figures: Figures) -> tuple[Shown, Shown | None, str]:
    if gate.kind in COUNTS:
        return gate.at_least, count(gate.kind, figures), ""
    if gate.kind in RATES:
        return _rate_account(gate, *parts(gate.kind, figures))
    if gate.kind == "modules":
        missing = [module for module in gate.ids if module not in figures.modules]
        reason = f"missing {', '.join(missing)}" if missing else ""
        return len(gate.ids), len(gate.ids) - len(missing), reason
    if gate.kind == "exam":
        return _exam_account(gate, figures)
    if gate.kind == "certification":
        passed = _passed(gate, figures)
        return gate.ids[0], gate.ids[0] if passed else None, "" if passed else NO_DATA
    return "team metrics", None, NOT_VERIFIABLE


def _rate_account(gate: Gate, have: int, of: int) -> tuple[Shown, Shown | None, str]:
    need = f"< {gate.below_percent} %" if gate.below_percent is not None else f"> {gate.above_percent} %"
    if not of:
        return need, None, NO_DATA
    share = (Decimal(100 * have) / of).quantize(Decimal("0.01"), ROUND_HALF_EVEN)
    return need, f"{share} %", f"{have} of {of}"


def _exam_account(gate: Gate, figures: Figures) -> tuple[Shown, Shown | None, str]:
    score = figures.exams.get(gate.ids[0])
    if gate.ids[0] in figures.unscored_exams and (score is None or score < gate.at_least):
        return gate.at_least, score, UNSCORED
    return gate.at_least, score, NO_DATA if score is None else ""
