"""Histories: the states of a note or an opportunity before its newest one, told by all versions seen."""

from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from progression_factories import NO_MAP, RULES, at, note_content, stage, version

from programs.progression.contents import NoteContent, NoteTargetContent
from programs.progression.facts import Fact
from programs.progression.note_facts import note_fact
from programs.progression.opportunity_facts import opportunity_fact
from programs.progression.versions import Version, newest, newest_by_time

DROP = "Call - NO_ANSWER | 0:05 | Jane"
TALK = "Call - CONTACT | 2:05 | Jane"
MEETING = "Call - APPOINTMENT | 1:00 | Jane"
Targets = list[list[Version[NoteTargetContent]]]


def titled(title: str, s: float, *, deleted: bool = False, destroyed_s: float | None = None) -> Version[NoteContent]:
    return version(note_content(title), s, deleted=deleted, destroyed_s=destroyed_s)


def note(*versions: Version[NoteContent], targets: Targets | None = None) -> Fact:
    return note_fact("n1", versions, targets or [], NO_MAP, RULES)


def deal(*stages: tuple[str, float], deleted_s: float | None = None, lead: str = "jane") -> Fact:
    versions = [version(stage(name, s, lead=lead), s) for name, s in stages]
    if deleted_s is not None:
        versions.append(version(stage(stages[-1][0], 0, lead=lead), deleted_s, deleted=True))
    return opportunity_fact("o1", versions, NO_MAP, RULES)


def pointing(target_id: str, person: str, s: float, *, deleted: bool = False) -> Version[NoteTargetContent]:
    return version(NoteTargetContent(target_id, "n1", person), s, deleted=deleted)


def told(fact: Fact, *names: str) -> list[tuple[object, ...]]:
    """When each earlier state ended, and what it said of these fields."""
    return [(each.until, *(getattr(each.state, name) for name in names)) for each in fact.earlier]


def test_the_usual_note_has_no_history() -> None:
    """One version, its noteTarget some seconds later: nothing changed that matters to a figure."""
    assert note(titled(DROP, 0), targets=[[pointing("t1", "jane", 4)]]).earlier == ()


def test_versions_that_read_alike_make_no_history() -> None:
    """A new body or another name in the title changes no figure."""
    again = "Call - NO_ANSWER | 0:05 | Jane Austen"
    assert note(titled(DROP, 0), titled(again, 5), targets=[[pointing("t1", "jane", 4)]]).earlier == ()


def test_an_edited_note_keeps_what_it_said_before() -> None:
    """Each state ends where the next one began; the newest is not among them."""
    fact = note(titled(DROP, 0), titled(MEETING, 10), titled(TALK, 20))
    assert told(fact, "disposition", "duration_s", "met") == [
        (at(10), "NO_ANSWER", 5, False),
        (at(20), "APPOINTMENT", 60, True),
    ]
    assert (fact.state.disposition, fact.state.met) == ("CONTACT", False)


@pytest.mark.parametrize(
    ("moment", "disposition"), [(0, "NO_ANSWER"), (9, "NO_ANSWER"), (10, "CONTACT"), (99, "CONTACT")]
)
def test_a_state_ends_before_its_until(moment: float, disposition: str) -> None:
    """The moment of the edit belongs to the new state."""
    assert note(titled(DROP, 0), titled(TALK, 10)).state_at(at(moment)).disposition == disposition


def test_a_note_that_was_deleted_and_restored_has_three_states() -> None:
    """It was there, gone, and there again; the newest state is left out."""
    fact = note(titled(DROP, 0), titled(DROP, 10, deleted=True), titled(DROP, 20))
    assert told(fact, "live") == [(at(10), True), (at(20), False)]


def test_a_destroyed_note_was_there_until_then() -> None:
    """The destroyed version bears the updatedAt of the one before, and counts from when Twenty told."""
    assert told(note(titled(DROP, 0), titled(DROP, 0, destroyed_s=30)), "live") == [(at(30), True)]


def test_a_note_of_which_only_the_end_is_known_has_no_history() -> None:
    """What was never seen can't be told: the earliest version known reaches back to the beginning."""
    assert note(titled(TALK, 50)).earlier == ()
    assert told(note(titled(TALK, 50), titled(TALK, 60, deleted=True)), "live") == [(at(60), True)]


def test_the_first_target_reaches_back_and_a_later_one_does_not() -> None:
    """The lead was Jane from the start; Kim's target with the lower id made it Kim's at 100 s."""
    fact = note(titled(DROP, 0), targets=[[pointing("t2", "jane", 4)], [pointing("t1", "kim", 100)]])
    assert (told(fact, "lead"), fact.lead) == ([(at(100), "jane")], "kim")


def test_a_target_that_went_leaves_the_lead_to_the_next() -> None:
    """Until it was deleted the lower id was the lead."""
    gone = [pointing("t1", "kim", 0), pointing("t1", "kim", 50, deleted=True)]
    fact = note(titled(DROP, 0), targets=[gone, [pointing("t2", "jane", 0)]])
    assert (told(fact, "lead"), fact.lead) == ([(at(50), "kim")], "jane")


def test_a_target_of_another_note_is_no_lead_of_this_one() -> None:
    """It pointed here until it was moved away, and is then no target of this note."""
    away = version(NoteTargetContent("t1", "n2", "kim"), 50)
    fact = note(titled(DROP, 0), targets=[[pointing("t1", "kim", 0), away]])
    assert (told(fact, "lead"), fact.lead) == ([(at(50), "kim")], "n1")


def test_a_deal_on_its_way_up_has_no_history() -> None:
    """Its own times tell when it was met, held and won; until it was won nothing stood against it."""
    assert deal(("NEW", 0), ("MEETING", 10), ("PROPOSAL", 20), ("CUSTOMER", 30)).earlier == ()


def test_a_reopened_deal_was_won_until_then() -> None:
    """Won at 30, reopened at 40, won again at 50: the moments between are kept."""
    fact = deal(("NEW", 0), ("CUSTOMER", 30), ("PROPOSAL", 40), ("CUSTOMER", 50))
    assert told(fact, "won") == [(at(40), True), (at(50), False)]
    assert fact.won_now


def test_a_deal_that_went_to_another_lead_or_was_deleted_keeps_both() -> None:
    """Its lead and whether it is there follow each version."""
    versions = [version(stage("MEETING", 0, lead="jane"), 0), version(stage("MEETING", 0, lead="kim"), 10)]
    fact = opportunity_fact("o1", [*versions, version(versions[1].content, 20, deleted=True)], NO_MAP, RULES)
    assert told(fact, "lead", "live", "met") == [(at(10), "jane", True, True), (at(20), "kim", True, True)]


VERSIONS = st.lists(
    st.builds(
        lambda title, s, fate: titled(title, s, deleted=fate == 1, destroyed_s=s + 7 if fate == 2 else None),
        st.sampled_from([DROP, TALK, MEETING, "Note - Jane"]),
        st.integers(0, 40),
        st.sampled_from([0, 0, 0, 1, 2]),
    ),
    min_size=1,
    max_size=8,
)


@given(VERSIONS, st.integers(0, 50))
def test_the_state_at_any_time_is_what_the_versions_known_by_then_say(
    versions: list[Version[NoteContent]], s: int
) -> None:
    """Whoever would have looked at that time, or when the first was written, saw this state."""
    looked_at = max(at(s), min(each.at for each in versions))
    known = [each for each in versions if each.at <= looked_at]
    assert note(*versions).state_at(at(s)) == note(*known).state


@given(VERSIONS, st.randoms())
def test_a_history_does_not_depend_on_order_or_number(versions: list[Version[NoteContent]], shuffler: Random) -> None:
    """Any order, and each version twice; the last entry by time is the newest."""
    again = [*versions, *versions]
    shuffler.shuffle(again)
    assert note(*again).earlier == note(*versions).earlier
    assert newest_by_time(again)[-1][1] == newest(versions)


@given(VERSIONS)
def test_no_two_neighbours_are_equal(versions: list[Version[NoteContent]]) -> None:
    """A history has only changes, in order of time."""
    fact = note(*versions)
    states = [*(each.state for each in fact.earlier), fact.state]
    assert all(one != other for one, other in pairwise(states))
    untils = [each.until for each in fact.earlier]
    assert untils == sorted(set(untils))
