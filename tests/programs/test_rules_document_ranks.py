"""The rules document, § Ranks: each rank's XP and each of its gates, just met and just missed."""

from dataclasses import replace
from decimal import Decimal

import pytest
from rank_figures import E2, E3, E4, E5, E6, modules

from programs.progression.figures import Figures
from programs.progression.ranks import gates_of, highest_rank
from programs.progression.rules import default_rules

LEAST = {"E-1": Figures(), "E-2": E2, "E-3": E3, "E-4": E4, "E-5": E5, "E-6": E6}
TWO_BADGES = frozenset({"first_blood", "closer.bronze"})
ONE_BADGE_TWICE = frozenset({"closer.bronze", "closer.silver"})
OPERATIVE = {"operative_certification": Decimal(80)}
NAMES = {"E-1": "SDR I", "E-2": "SDR II", "E-3": "SDR III", "E-4": "Sales Operative", "E-5": "Senior Operative"}


def _rank(figures: Figures) -> str:
    return highest_rank(figures, default_rules(), "E-1")


def _without(count: int, missing: int) -> frozenset[str]:
    return modules(count) - {f"module_{missing}"}


@pytest.mark.parametrize(("code", "figures"), LEAST.items())
def test_the_least_figures_make_the_rank(code: str, figures: Figures) -> None:
    """All gates just met, and not those of the rank above."""
    assert _rank(figures) == code


@pytest.mark.parametrize(
    ("code", "met", "missed"),
    [
        ("E-2", {"total_xp": 500}, {"total_xp": 499}),
        ("E-2", {"total_calls": 100}, {"total_calls": 99}),
        ("E-3", {"total_xp": 1_500}, {"total_xp": 1_499}),
        ("E-3", {"badges": TWO_BADGES}, {"badges": ONE_BADGE_TWICE}),
        ("E-3", {"badges": TWO_BADGES}, {"badges": frozenset({"first_blood"})}),
        ("E-3", {"appointments_set": 3}, {"appointments_set": 2}),
        ("E-4", {"total_xp": 3_000}, {"total_xp": 2_999}),
        ("E-4", {"total_calls": 1_000, "sub_thirty_calls": 499}, {"total_calls": 1_000, "sub_thirty_calls": 500}),
        ("E-4", {"closed_deals": 5}, {"closed_deals": 4}),
        ("E-4", {"exams": OPERATIVE}, {"exams": {"operative_certification": Decimal(79)}}),
        ("E-4", {"exams": OPERATIVE}, {"exams": {"operative_certification": Decimal("79.99")}}),
        ("E-4", {"exams": OPERATIVE}, {"exams": {"compliance_master_cert": Decimal(100)}}),
        ("E-4", {"exams": OPERATIVE}, {"exams": {}}),
        ("E-5", {"total_xp": 8_000}, {"total_xp": 7_999}),
        ("E-5", {"total_calls": 10_000, "appointments_set": 501}, {"total_calls": 10_000, "appointments_set": 500}),
        ("E-5", {"closed_deals": 10}, {"closed_deals": 9}),
        ("E-5", {"exams": E5.exams}, {"exams": OPERATIVE | {"senior_certification": Decimal(84)}}),
        ("E-5", {"exams": E5.exams}, {"exams": OPERATIVE}),
        ("E-6", {"total_xp": 15_000}, {"total_xp": 14_999}),
        ("E-6", {"leads_called": 10_000, "leads_full_cadence": 7_001}, {"leads_called": 10, "leads_full_cadence": 7}),
        ("E-6", {"leads_called": 1, "leads_full_cadence": 1}, {"leads_called": 0, "leads_full_cadence": 0}),
        ("E-6", {"closed_deals": 25}, {"closed_deals": 24}),
        ("E-6", {"mentees": 2}, {"mentees": 1}),
    ],
)
def test_each_gate_counts_from_its_number_on(code: str, met: dict[str, object], missed: dict[str, object]) -> None:
    """Counts and scores at their number; rates strictly beside it: 49.9 and 50 %, 5.01 and 5 %, 70.01 and 70 %."""
    below = f"E-{int(code[-1]) - 1}"
    assert _rank(replace(LEAST[code], **met)) == code  # type: ignore[arg-type]
    assert _rank(replace(LEAST[code], **missed)) == below  # type: ignore[arg-type]


@pytest.mark.parametrize(("code", "count"), [("E-2", 2), ("E-3", 4), ("E-4", 6), ("E-5", 7)])
def test_each_module_that_a_rank_names_is_needed(code: str, count: int) -> None:
    """E-2 needs the modules 0-1, E-3 0-3, E-4 0-5, E-5 the full certification; any one missing is too few."""
    for missing in range(count):
        assert _rank(replace(LEAST[code], modules=_without(count, missing))) < code
    assert _rank(replace(LEAST[code], modules=_without(count, count - 1))) == f"E-{int(code[-1]) - 1}"


def test_a_manager_is_not_made_by_figures() -> None:
    """E-7's 30,000 XP and the leadership certification don't help: team metrics can't be verified."""
    leadership = frozenset({"leadership_certification"})
    assert _rank(replace(E6, total_xp=30_000, certifications=leadership)) == "E-6"


@pytest.mark.parametrize(("xp", "met"), [(29_999, False), (30_000, True)])
def test_a_managers_gates_are_told(xp: int, met: bool) -> None:
    """30,000 XP and the certification are looked at all the same, so that a leader sees what is there."""
    leadership = frozenset({"leadership_certification"})
    gates = gates_of("E-7", replace(E6, total_xp=xp, certifications=leadership), default_rules())
    assert [(gate.gate, gate.met) for gate in gates] == [("xp", met), ("team_metrics", False), ("certification", True)]


def test_ranks_have_their_names() -> None:
    """E-1 SDR I to E-7 Manager."""
    names = {rank.code: rank.name for rank in default_rules().ranks}
    assert names == NAMES | {"E-6": "Team Lead", "E-7": "Manager"}
