"""Moments: a rep's work in event time, each with what it changes."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from progression_factories import DAY_S, RULES, START, at, call, day, opportunity, training

from programs.progression.facts import BATTLE, CERTIFICATION, EXAM, MENTORSHIP, MODULE, KeptFact
from programs.progression.figures import Figures
from programs.progression.moments import Moment, PaidXp, moments
from programs.progression.tally import Tally

NEW_YORK = ZoneInfo("America/New_York")
V1 = "Call - NO_ANSWER | 0:05 | Jane"
V2 = "Call - no_answer"
AROUND_MIDNIGHTS = [
    datetime(2026, 11, 16, 23, tzinfo=UTC),
    datetime(2026, 11, 17, 4, 59, tzinfo=UTC),
    datetime(2026, 11, 18, 5, tzinfo=UTC),
]
APPOINTMENT = "Call - APPOINTMENT | 1:00 | Jane"


def of(*facts: KeptFact, awards: Iterable[PaidXp] = ()) -> list[Moment]:
    return moments(facts, awards, RULES)


def tally_of(*facts: KeptFact, awards: Iterable[PaidXp] = ()) -> Tally:
    tally = Tally(RULES, NEW_YORK)
    for moment in of(*facts, awards=awards):
        moment.change(tally)
    return tally


def figures_of(*facts: KeptFact, awards: Iterable[PaidXp] = ()) -> Figures:
    return tally_of(*facts, awards=awards).figures()


def test_moments_come_in_order_of_time_and_then_key() -> None:
    """Whatever order facts and awards are given in."""
    award = PaidXp("note:b", 2, at(5))
    found = of(call("c", V1, 5), call("a", V1, 9), call("b", V1, 5), awards=[award])
    assert [(moment.at, moment.key) for moment in found] == [
        (at(5), "note:b"),
        (at(5), "note:b"),
        (at(5), "note:c"),
        (at(9), "note:a"),
    ]


def test_an_award_adds_its_xp_when_its_fact_happened() -> None:
    """Awards of 0 are no moments."""
    awards = [PaidXp("note:a", 5, at(1)), PaidXp("note:b", 0, at(2)), PaidXp("deal", 300, at(3))]
    assert [moment.at for moment in of(awards=awards)] == [at(1), at(3)]
    assert figures_of(awards=awards).total_xp == 305


def test_twin_notes_are_one_call_which_the_first_one_carries() -> None:
    """When the first is deleted, the other carries it, at its own time."""
    second = replace(call("b", V2, 1), twin_of="note:a")
    assert [moment.key for moment in of(call("a", V1), second)] == ["note:a"]
    assert [(moment.key, moment.at) for moment in of(call("a", V1, deleted=True), second)] == [("note:b", at(1))]


def test_calls_are_counted_by_duration() -> None:
    """29 s and 121 s count, 30 s, 120 s and unknown durations in neither."""
    clocks = ["0:29", "0:30", "2:00", "2:01", "9:99"]
    found = figures_of(*(call(f"n{n}", f"Call - BUSY | {clock} | Jane") for n, clock in enumerate(clocks)))
    assert (found.total_calls, found.known_duration_calls) == (5, 4)
    assert (found.sub_thirty_calls, found.over_two_minute_calls) == (1, 1)


def test_calls_on_four_days_within_two_weeks_are_a_full_cadence() -> None:
    """Jane was called on four of the rep's days, Kim four times on two."""
    jane = [call(f"j{n}", V1, n * DAY_S, lead="jane") for n in (0, 2, 6, 9)]
    kim = [call(f"k{n}", V1, n * 3_600, lead="kim") for n in (0, 1, 24, 25)]
    found = figures_of(*jane, *kim)
    assert (found.leads_called, found.leads_full_cadence) == (2, 1)


def test_a_cadence_day_is_the_reps_own() -> None:
    """23:00 and 4:59 UTC are one day in New York, at 5:00 UTC another begins."""
    calls = [call(f"n{n}", V1, (when - START).total_seconds(), lead="jane") for n, when in enumerate(AROUND_MIDNIGHTS)]
    assert tally_of(*calls).touches.days["jane"].keys() == {date(2026, 11, 16), date(2026, 11, 18)}


def test_an_appointment_is_set_and_held_in_its_own_moments() -> None:
    """The note sets it, the opportunity of the same lead within 14 days tells that it was held: no second one."""
    meeting = opportunity("o1", [("MEETING", DAY_S), ("PROPOSAL", 3 * DAY_S)])
    tally, course = Tally(RULES, NEW_YORK), []
    for moment in of(call("n1", APPOINTMENT, lead="jane"), meeting):
        moment.change(tally)
        course.append((moment.at, moment.key, tally.appointments.set, tally.appointments.held))
    assert course == [
        (day(0), "note:n1", 1, 0),
        (day(1), "opportunity:o1", 1, 0),
        (day(3), "opportunity:o1", 1, 1),
    ]


def test_a_note_that_no_longer_says_appointment_set_none() -> None:
    """For the metric notes count by their newest version, and deleted ones not at all."""
    edited = call("n1", APPOINTMENT, lead="jane")
    edited = replace(edited, fact=replace(edited.fact, disposition="CALLBACK", met_now=False))
    assert figures_of(edited, call("n2", APPOINTMENT, deleted=True)).appointments_set == 0


@pytest.mark.parametrize(
    ("stages", "deleted", "deals", "held"),
    [
        ([("CUSTOMER", 10)], False, 1, 1),
        ([("MEETING", 5), ("CUSTOMER", 10), ("CUSTOMER", 20)], False, 1, 1),
        ([("CUSTOMER", 10), ("PROPOSAL", 20)], False, 0, 1),
        ([("MEETING", 10)], False, 0, 0),
        ([("CUSTOMER", 10)], True, 0, 0),
    ],
)
def test_deals_are_those_won_now(stages: list[tuple[str, float]], deleted: bool, deals: int, held: int) -> None:
    """Leaving CUSTOMER reopens the deal, while its appointment stays held; a deleted one is neither."""
    figures = figures_of(opportunity("o1", stages, deleted=deleted))
    assert (figures.closed_deals, figures.appointments_held) == (deals, held)


def test_a_deal_counts_from_when_it_was_first_won() -> None:
    """Later edits do not move it."""
    found = of(opportunity("o1", [("CUSTOMER", 10), ("CUSTOMER", 99)]))
    assert {moment.at for moment in found if moment.key == "opportunity:o1"} == {at(10)}


def test_training_opens_gates() -> None:
    """Passed modules, won bosses, best exam scores under the exam's one name, certifications, mentees once each."""
    tally = tally_of(
        training("a1", MODULE, "module_0", score=80),
        training("a2", MODULE, "module_1", score=79),
        training("b1", BATTLE, "5", outcome="win"),
        training("b2", BATTLE, "4", outcome="lose"),
        training("e1", EXAM, "operative", 1, score=91),
        training("e2", EXAM, "operative_certification", 2, score=60),
        training("c1", CERTIFICATION, "leadership_cert"),
        training("m1", MENTORSHIP, "kim"),
        training("m2", MENTORSHIP, "kim"),
    )
    assert (tally.modules, tally.bosses) == ({"module_0"}, {"boss_5"})
    assert tally.exams == {"operative_certification": Decimal(91)}
    assert (tally.certifications, tally.mentees) == ({"leadership_certification"}, {"kim"})


def test_a_trainings_moment_is_its_own() -> None:
    """It bears the fact's key and time."""
    assert [(m.at, m.key) for m in of(training("a1", MODULE, "module_0", 7, score=80))] == [(at(7), "module:a1")]


FACTS = st.sampled_from(
    [
        call("n1", V1, lead="jane"),
        call("n2", V2, 1, lead="jane"),
        replace(call("n3", V2, 1), twin_of="note:n1"),
        call("n4", APPOINTMENT, lead="jane"),
        opportunity("o1", [("MEETING", 10), ("CUSTOMER", 20)]),
        training("a1", MODULE, "module_0", score=80),
    ]
)


@given(st.lists(FACTS, unique_by=lambda kept: kept.fact.key), st.randoms())
def test_moments_depend_on_the_facts_and_not_on_their_order(facts: list[KeptFact], shuffler: Random) -> None:
    """Any order gives the same moments and the same figures."""
    found, figures = [(m.at, m.key) for m in of(*facts)], figures_of(*facts)
    shuffler.shuffle(facts)
    assert ([(m.at, m.key) for m in of(*facts)], figures_of(*facts)) == (found, figures)
