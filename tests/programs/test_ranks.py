"""Ranks: every gate at its boundary, and why one is not met."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rank_figures import E2, E3, E4, E5, E6, modules

from programs.progression.figures import Figures
from programs.progression.gate_checks import GateResult
from programs.progression.ranks import (
    MergedRank,
    as_json,
    eligibility,
    gates_of,
    highest_rank,
    merge_rank,
    normalise_rank,
)
from programs.progression.rules import default_rules

RULES = default_rules()


def test_a_rank_needs_the_gates_of_every_rank_below_it() -> None:
    """All of E-6's own gates do not help without E-3's second badge."""
    assert highest_rank(replace(E6, badges=frozenset()), RULES, "E-1") == "E-2"


def test_nobody_becomes_a_manager_by_figures() -> None:
    """Team metrics have no source, so E-7 is a leader's to give; given, it stays."""
    figures = replace(E6, total_xp=10**6, certifications=frozenset({"leadership_certification"}))
    assert highest_rank(figures, RULES, "E-1") == "E-6"
    assert highest_rank(figures, RULES, "E-7") == "E-7"


@given(
    st.sampled_from([rank.code for rank in RULES.ranks]),
    st.sampled_from([Figures(), E2, E3, E4, E5, E6]),
)
def test_there_is_no_demotion(current: str, figures: Figures) -> None:
    """Whatever the figures are now, the rank is at least the one that was reached."""
    assert RULES.rank_index(highest_rank(figures, RULES, current)) >= RULES.rank_index(current)


def test_every_gate_reports_have_need_and_met() -> None:
    """A rep of E-3 with half of E-4 sees which half."""
    figures = replace(E3, total_xp=2_000, sub_thirty_calls=50, modules=modules(5), closed_deals=5)
    assert gates_of("E-4", figures, RULES) == (
        GateResult("E-4", "xp", 3_000, 2_000, False),
        GateResult("E-4", "sub_thirty_drop", "< 50 %", "50.00 %", False, "50 of 100"),
        GateResult("E-4", "modules", 6, 5, False, "missing module_5"),
        GateResult("E-4", "deals", 5, 5, True),
        GateResult("E-4", "exam", 80, None, False, "no data"),
    )


def test_gates_without_data_are_not_met_and_say_so() -> None:
    """Without a call there is no drop rate to be below 50 %; team metrics can't be verified."""
    drop = gates_of("E-4", Figures(), RULES)[1]
    assert (drop.have, drop.met, drop.reason) == (None, False, "no data")
    team, leadership = gates_of("E-7", Figures(), RULES)[1:]
    assert (team.met, team.reason) == (False, "not verifiable")
    assert (leadership.met, leadership.reason) == (False, "no data")


def test_an_exam_that_the_row_lists_without_a_score_is_passed() -> None:
    """What others put into passedExams satisfies the gate, and the report says that no score is known."""
    figures = replace(E4, exams={}, unscored_exams=frozenset({"operative_certification"}))
    exam = gates_of("E-4", figures, RULES)[4]
    assert exam == GateResult("E-4", "exam", 80, None, True, "passed, score not recorded")
    assert highest_rank(figures, RULES, "E-1") == "E-4"


@given(
    st.builds(
        Figures,
        total_xp=st.integers(0, 40_000),
        total_calls=st.integers(0, 300),
        sub_thirty_calls=st.integers(0, 150),
        appointments_set=st.integers(0, 20),
        closed_deals=st.integers(0, 30),
        modules=st.integers(0, 7).map(modules),
        badges=st.frozensets(st.sampled_from(["closer.bronze", "closer.silver", "first_blood"])),
        exams=st.dictionaries(
            st.sampled_from(["operative_certification", "senior_certification"]),
            st.decimals(0, 100, places=2),
        ),
        leads_called=st.integers(0, 100),
        leads_full_cadence=st.integers(0, 100),
        mentees=st.integers(0, 3),
    )
)
def test_the_report_and_the_rank_agree(figures: Figures) -> None:
    """A rank is reached exactly when the report shows every gate up to it as met."""
    reached = RULES.rank_index(highest_rank(figures, RULES, "E-1"))
    met = [all(gate.met for gate in gates_of(rank.code, figures, RULES)) for rank in RULES.ranks]
    assert all(met[: reached + 1])
    assert not met[reached + 1]


def test_eligibility_names_the_next_rank_and_all_its_gates() -> None:
    """Met gates are shown as well as unmet ones."""
    found = eligibility(replace(E2, total_xp=600), RULES, "E-2")
    assert found.next_rank == "E-3"
    assert [(gate.gate, gate.met) for gate in found.gates] == [
        ("xp", False),
        ("modules", False),
        ("badges", False),
        ("appointments", False),
    ]


def test_eligibility_after_a_rank_that_was_given_shows_what_is_unmet_below() -> None:
    """A rep made E-4 by a leader still needs E-2's 100 dials on the way to E-5."""
    found = eligibility(replace(E5, total_calls=90), RULES, "E-4")
    assert GateResult("E-2", "dials", 100, 90, False) in found.gates
    assert [gate.gate for gate in found.gates if gate.rank == "E-3"] == []


def test_at_the_top_there_is_no_next_rank() -> None:
    """A manager has nothing left to reach."""
    assert as_json(eligibility(E6, RULES, "E-7")) == {"current": "E-7", "next": None, "gates": []}


def test_eligibility_is_written_as_plain_json() -> None:
    """Scores become numbers, each gate one object."""
    gates = as_json(eligibility(replace(E4, total_xp=0), RULES, "E-3"))["gates"]
    assert isinstance(gates, list)
    assert gates[-1] == {"rank": "E-4", "gate": "exam", "need": 80, "have": 80, "met": True, "reason": ""}


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("E-4", "E-4"),
        ("e4", "E-4"),
        ("sdr_1", "E-1"),
        ("Rookie", "E-1"),
        ("SDR II", "E-2"),
        ("operative", "E-4"),
        ("Sales Operative", "E-4"),
        ("senior_operative", "E-5"),
        ("team_lead", "E-6"),
        ("manager", "E-7"),
        ("Grand Wizard", None),
        ("", None),
        (None, None),
    ],
)
def test_words_for_ranks_become_codes(word: str | None, code: str | None) -> None:
    """Rows hold codes, names and old ids; a word that is none of these is unknown."""
    assert normalise_rank(word, RULES) == code


@pytest.mark.parametrize(
    ("row_word", "ours", "merged"),
    [
        (None, "E-2", MergedRank("E-2", granted_elsewhere=False)),
        ("sdr_1", "E-2", MergedRank("E-2", granted_elsewhere=False)),
        ("team_lead", "E-2", MergedRank("E-6", granted_elsewhere=True)),
        ("Grand Wizard", "E-2", MergedRank(None, granted_elsewhere=False)),
    ],
)
def test_the_higher_of_both_ranks_stays(row_word: str | None, ours: str, merged: MergedRank) -> None:
    """A rank given in Twenty is kept and marked; a word that is no rank is left alone."""
    assert merge_rank(row_word, ours, RULES) == merged
