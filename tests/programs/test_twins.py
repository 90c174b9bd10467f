"""Twins: when two notes tell of one call."""

import pytest
from progression_factories import DAY_S, NO_MAP, RULES, call, note_content, version

from programs.progression.facts import KeptFact
from programs.progression.note_facts import note_fact
from programs.progression.twins import are_twins, from_first_writer, from_second_writer, in_order, may_turn_out_twins

V1 = "Call - NO_ANSWER | 0:05 | Call to Jane"
V2 = "Call - no_answer"
HOUR_S = 3_600


def twins(first: KeptFact, second: KeptFact) -> bool:
    return are_twins(first.fact, second.fact, RULES)


def uncertain(first: KeptFact, second: KeptFact) -> bool:
    return may_turn_out_twins(first.fact, second.fact, RULES)


@pytest.mark.parametrize(
    ("title", "body", "first", "second"),
    [
        (V1, "", True, False),
        ("Call - CONTACT | 2:75 | Jane", "", True, False),
        ("call — contacted|1:05|Kim", "", True, False),
        ("Call - 02:05", "", True, False),
        (V2, "", False, True),
        (V2, "Duration: 2:05", False, True),
        ("Call - Logged", "Duration: 2:05", False, True),
        ("Call - rejected", "Rejected incoming call", False, False),
        ("Call - CONTACT", "Duration: 2:05\nXP Awarded: 20", False, False),
        ("", "Call - CONTACT\nLead: Jane\nDuration: 2:05", False, False),
        ("call - contacted", "", False, False),
        ("Groceries", "", False, False),
    ],
)
def test_who_may_be_which_twin(title: str, body: str, first: bool, second: bool) -> None:
    """The first has its duration in the title, the second is the dialer's other form; all else is neither."""
    fact = call("n1", title, body=body).fact
    assert (from_first_writer(fact), from_second_writer(fact)) == (first, second)


def test_with_a_mapped_rep_the_form_tells() -> None:
    """All reasons of an API key's notes wait, but its first and second notes are still those."""
    first, second = call("n1", V1, mapped=True).fact, call("n2", V2, mapped=True).fact
    assert (from_first_writer(first), from_second_writer(first)) == (True, False)
    assert (from_first_writer(second), from_second_writer(second)) == (False, True)


def test_a_note_that_once_had_a_duration_in_its_title_is_no_second_one() -> None:
    """Edited to look like one, it still may have a twin itself."""
    versions = [
        version(note_content("Call - CONTACT | 0:40 | Jane"), 1),
        version(note_content("Call - contact", "Duration: 2:05"), 2),
    ]
    fact = note_fact("n1", versions, [], NO_MAP, RULES)
    assert (from_first_writer(fact), from_second_writer(fact)) == (True, False)


@pytest.mark.parametrize(("apart_s", "expected"), [(0, True), (1, True), (120, True), (121, False)])
def test_near_notes_with_the_same_outcome_are_twins(apart_s: int, expected: bool) -> None:
    """Up to 120 s apart, whichever came first."""
    assert twins(call("n1", V1, 0), call("n2", V2, apart_s)) is expected
    assert twins(call("n1", V1, apart_s), call("n2", V2, 0)) is expected


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("Call - CONTACT | 0:05 | Jane", "Call - contact", True),
        ("Call - CONTACTED | 0:05 | Jane", "Call - contact", True),
        ("Call - LEFT_A_CAKE | 0:05 | Jane", "Call - left_a_cake", True),
        ("Call - CONTACT | 0:05 | Jane", "Call - callback", False),
        ("Call - 00:05", "Call - Logged", False),
    ],
)
def test_twins_have_the_same_normalised_outcome(first: str, second: str, expected: bool) -> None:
    """A note without an outcome pairs with nothing."""
    assert twins(call("n1", first), call("n2", second, 1)) is expected


@pytest.mark.parametrize(("apart_s", "expected"), [(HOUR_S, True), (DAY_S, True), (DAY_S + 1, False)])
def test_far_notes_with_the_same_lead_and_duration_are_twins(apart_s: int, expected: bool) -> None:
    """The offline queue sends hours later, but not after a day."""
    first = call("n1", V1, 0, lead="jane")
    assert twins(first, call("n2", V2, apart_s, lead="jane", body="Duration: 0:05")) is expected
    earlier = call("n2", V2, -apart_s, lead="jane", body="Duration: 0:05")
    assert twins(first, earlier) is expected


@pytest.mark.parametrize(
    ("lead", "body"), [("kim", "Duration: 0:05"), ("jane", "Duration: 0:06"), ("jane", ""), (None, "Duration: 0:05")]
)
def test_far_notes_need_the_same_known_lead_and_duration(lead: str | None, body: str) -> None:
    """Another lead, another duration or one that is not known is another call."""
    assert not twins(call("n1", V1, 0, lead="jane"), call("n2", V2, HOUR_S, lead=lead, body=body))


def test_two_unknown_durations_are_not_the_same() -> None:
    """A conversation of 0:00 is of unknown length."""
    first = call("n1", "Call - CONTACT | 0:00 | Jane", lead="jane")
    assert not twins(first, call("n2", "Call - contact", HOUR_S, lead="jane"))


def test_far_notes_without_known_leads_may_turn_out_twins() -> None:
    """One noteTarget that is still to come can make them twins, whichever of the two it belongs to."""
    known, unknown = call("n1", V1, lead="jane"), call("n1", V1)
    second, second_unknown = (call("n2", V2, HOUR_S, lead=lead, body="Duration: 0:05") for lead in ("jane", None))
    assert uncertain(unknown, second)
    assert uncertain(known, second_unknown)
    assert uncertain(unknown, second_unknown)
    assert not uncertain(known, second)


@pytest.mark.parametrize(
    ("title", "at_s", "body"),
    [
        (V2, DAY_S + 1, "Duration: 0:05"),
        (V2, HOUR_S, "Duration: 0:06"),
        (V2, HOUR_S, ""),
        ("Call - contact", HOUR_S, "Duration: 0:05"),
    ],
)
def test_what_no_note_target_can_make_twins(title: str, at_s: int, body: str) -> None:
    """Too far, another duration or another outcome: there is nothing to wait for."""
    assert not uncertain(call("n1", V1), call("n2", title, at_s, body=body))


def test_notes_without_an_outcome_never_turn_out_twins() -> None:
    """There is nothing to wait for either."""
    assert not uncertain(call("n1", "Call - 02:05"), call("n2", "Call - Logged", body="Duration: 2:05"))


def test_twins_choose_in_order_of_creation_then_id() -> None:
    """The same order whatever order they came in."""
    notes = [call("n3", V1, 5), call("n2", V1, 5), call("n1", V1, 9)]
    assert [kept.fact.key for kept in in_order(notes)] == ["note:n2", "note:n3", "note:n1"]
