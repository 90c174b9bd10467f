"""Note facts: what all versions of a note together say about the rep's work."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from progression_factories import KEY_NAME, NO_MAP, REP, RULES, at, note_content, target, version

from programs.progression.contents import NoteContent
from programs.progression.facts import Fact
from programs.progression.note_facts import note_fact, note_key, note_lead
from programs.progression.versions import Version


def fact_of(*titles: str, deleted: bool = False) -> Fact:
    """The fact of note n1 that had these titles, one after the other."""
    versions = [version(note_content(title), s) for s, title in enumerate(titles)]
    if deleted:
        versions.append(version(versions[-1].content, len(titles), deleted=True))
    return note_fact("n1", versions, [], NO_MAP, RULES)


def earned(fact: Fact) -> tuple[set[str], set[str]]:
    """What is paid at once, and what waits."""
    return set(fact.reasons), set(fact.waiting)


def test_a_call_note_becomes_a_fact() -> None:
    """The newest version's reading, its author and its createdAt."""
    content = note_content("Call - CONTACT | 2:05 | Call to Jane", created_s=7)
    fact = note_fact("n1", [version(content, 9)], [target("t1", "jane")], NO_MAP, RULES)
    assert fact == Fact(
        key=note_key("n1"),
        kind="call",
        rep=REP,
        rep_by="record",
        occurred_at=at(7),
        live=True,
        lead="jane",
        lead_known=True,
        form="V1",
        disposition="CONTACT",
        duration_s=125,
        reading="title: disposition | duration | name",
        reasons=frozenset({"dial", "connect", "two_plus"}),
    )


@pytest.mark.parametrize(
    ("title", "reasons"),
    [
        ("Call - NO_ANSWER | 0:05 | Jane", {"dial"}),
        ("Call - VOICEMAIL | 0:40 | Jane", {"dial"}),
        ("Call - WRONG_NUMBER | 0:40 | Jane", {"dial"}),
        ("Call - DNC | 0:40 | Jane", {"dial"}),
        ("Call - LEFT_A_CAKE | 0:40 | Jane", {"dial"}),
        ("Call - CONTACT | 0:40 | Jane", {"dial", "connect"}),
        ("Call - CALLBACK | 0:40 | Jane", {"dial", "connect"}),
        ("Call - NOT_INTERESTED | 0:40 | Jane", {"dial", "connect"}),
        ("Call - APPOINTMENT | 0:40 | Jane", {"dial", "connect"}),
        ("Call - VOICEMAIL | 1:59 | Jane", {"dial"}),
        ("Call - VOICEMAIL | 2:00 | Jane", {"dial", "two_plus"}),
        ("Call - CONTACT | 2:75 | Jane", {"dial", "connect"}),
        ("Note - CONTACT | 2:05 | Jane", set()),
    ],
)
def test_what_a_call_earns(title: str, reasons: set[str]) -> None:
    """A dial for each call, a connect when they talked, two_plus from 120 s on, whatever the outcome."""
    fact = fact_of(title)
    assert earned(fact) == (reasons, set())


def test_an_edited_outcome_adds_no_second_connect() -> None:
    """CONTACT 0:29 edited to CALLBACK 0:59 earned one dial and one connect, and reads as the newest version."""
    fact = fact_of("Call - CONTACT | 0:29 | Jane", "Call - CALLBACK | 0:59 | Jane")
    assert fact.reasons == {"dial", "connect"}
    assert (fact.disposition, fact.duration_s) == ("CALLBACK", 59)


def test_a_shortened_call_keeps_what_it_earned() -> None:
    """2:05 edited to 0:10 keeps two_plus, while the metrics see 10 s."""
    fact = fact_of("Call - NO_ANSWER | 2:05 | Jane", "Call - NO_ANSWER | 0:10 | Jane")
    assert fact.reasons == {"dial", "two_plus"}
    assert fact.duration_s == 10


def test_a_note_renamed_away_keeps_its_reasons_and_is_no_call() -> None:
    """The metrics follow the newest version, the XP stays."""
    fact = fact_of("Call - CONTACT | 0:40 | Jane", "Groceries")
    assert fact.reasons == {"dial", "connect"}
    assert (fact.kind, fact.is_call) == ("other", False)


def test_a_note_renamed_to_a_call_note_is_a_call() -> None:
    """What it was called before earned nothing."""
    fact = fact_of("Groceries", "Call - VOICEMAIL | 0:40 | Jane")
    assert fact.reasons == {"dial"}
    assert fact.is_call


def test_a_deleted_note_keeps_its_reasons_and_is_no_call() -> None:
    """Deleting takes a call out of the metrics only."""
    fact = fact_of("Call - CONTACT | 0:40 | Jane", deleted=True)
    assert fact.reasons == {"dial", "connect"}
    assert not fact.is_call


def test_reasons_without_a_duration_in_the_title_wait() -> None:
    """Such a note may be the twin of another, so nothing of it is paid at once."""
    content = note_content("Call - contact", "Met Jane.\nDuration: 2:05")
    fact = note_fact("n1", [version(content)], [], NO_MAP, RULES)
    assert earned(fact) == (set(), {"dial", "connect", "two_plus"})


def test_a_reason_that_only_the_body_gives_waits_alone() -> None:
    """What the title's duration gave is sure; the longer duration in another version's body is not."""
    versions = [
        version(note_content("Call - CONTACT | 0:40 | Jane"), 1),
        version(note_content("Call - contact", "Duration: 2:05"), 2),
    ]
    fact = note_fact("n1", versions, [], NO_MAP, RULES)
    assert earned(fact) == ({"dial", "connect"}, {"two_plus"})


def test_a_title_that_gets_its_duration_waits_no_longer() -> None:
    """With the duration in the title the note can't be the second one of a call."""
    fact = fact_of("Call - contact", "Call - CONTACT | 0:40 | Jane")
    assert earned(fact) == ({"dial", "connect"}, set())


@pytest.mark.parametrize(
    ("title", "body"), [("Call - rejected", "Rejected incoming call"), ("Call - voicemail", "Sent to voicemail")]
)
def test_inbound_calls_earn_nothing(title: str, body: str) -> None:
    """Nobody dialled: neither a dial nor a call."""
    fact = note_fact("n1", [version(note_content(title, body))], [], NO_MAP, RULES)
    assert (fact.kind, fact.is_call) == ("inbound", False)
    assert earned(fact) == (set(), set())


def test_with_a_mapped_rep_everything_waits() -> None:
    """An API key's note belongs to whom the map says, and is as uncertain as a twin."""
    content = note_content("Call - CONTACT | 2:05 | Jane", rep=None, hint=KEY_NAME)
    fact = note_fact("n1", [version(content)], [], {KEY_NAME: "rep-2"}, RULES)
    assert (fact.rep, fact.rep_hint) == ("rep-2", KEY_NAME)
    assert earned(fact) == (set(), {"dial", "connect", "two_plus"})


def test_without_a_mapping_there_is_no_rep() -> None:
    """Never guessed: the hint says whom to map."""
    content = note_content("Call - CONTACT | 2:05 | Jane", rep=None, hint=KEY_NAME)
    fact = note_fact("n1", [version(content)], [], {"another key": "rep-2"}, RULES)
    assert (fact.rep, fact.rep_hint) == (None, KEY_NAME)


def test_an_author_beats_the_map() -> None:
    """The map is only for notes that no member made."""
    content = note_content("Call - CONTACT | 2:05 | Jane", rep=REP, hint=KEY_NAME)
    assert note_fact("n1", [version(content)], [], {KEY_NAME: "rep-2"}, RULES).rep == REP


def test_the_lead_is_the_person_of_the_lowest_live_target() -> None:
    """Of two persons the lower noteTarget id decides, in any order; a removed one only if none is left."""
    low, high = target("t1", "kim"), target("t2", "jane")
    removed = target("t0", "lee", deleted=True)
    assert note_lead("n1", [high, low]) == "kim"
    assert note_lead("n1", [removed, high, low]) == "kim"
    assert note_lead("n1", [target("t2", "jane", deleted=True), target("t1", "kim", deleted=True)]) == "kim"


def test_targets_of_companies_and_of_other_notes_are_no_lead() -> None:
    """Without a person the note is its own lead, and that is known to be a makeshift."""
    targets = [target("t1", None), target("t2", "jane", "n2")]
    fact = note_fact("n1", [version(note_content("Call - DNC | 0:05 | Jane"))], targets, NO_MAP, RULES)
    assert (fact.lead, fact.lead_known) == ("n1", False)
    assert note_lead("n1", [*targets, target("t3", "kim")]) == "kim"


def test_an_appointment_note_set_one_when_it_was_created() -> None:
    """For the XP any version will do, for the metric the newest has to say so."""
    once = fact_of("Call - APPOINTMENT | 3:00 | Jane", "Call - CALLBACK | 3:00 | Jane")
    assert (once.met_at, once.met_now) == (at(0), False)
    assert fact_of("Call - CALLBACK | 3:00 | Jane", "Call - APPOINTMENT | 3:00 | Jane").met_now
    deleted = fact_of("Call - APPOINTMENT | 3:00 | Jane", deleted=True)
    assert (deleted.met_at, deleted.met_now) == (at(0), False)


def test_a_callback_is_no_appointment() -> None:
    """Only the disposition APPOINTMENT sets one."""
    assert fact_of("Call - CALLBACK | 3:00 | Jane").met_at is None


TITLES = st.sampled_from(
    ["Groceries", "Call - contact", "Call - CONTACT | 0:29 | J", "Call - NO_ANSWER | 2:05 | J", "Call - rejected"]
)
VERSIONS = st.builds(
    version, st.builds(note_content, TITLES, st.sampled_from(["", "Duration: 2:05"])), st.integers(0, 5)
)


@given(st.lists(VERSIONS, min_size=1, max_size=5), st.randoms())
def test_a_fact_depends_on_the_set_of_versions_only(versions: list[Version[NoteContent]], shuffler: Random) -> None:
    """Versions in any order give the same fact."""
    fact = note_fact("n1", versions, [], NO_MAP, RULES)
    shuffler.shuffle(versions)
    assert note_fact("n1", versions, [], NO_MAP, RULES) == fact


@given(st.lists(VERSIONS, min_size=2, max_size=5))
def test_reasons_only_grow(versions: list[Version[NoteContent]]) -> None:
    """One more version never takes a reason back, at most what waited becomes sure."""
    fewer = note_fact("n1", versions[:-1], [], NO_MAP, RULES)
    more = note_fact("n1", versions, [], NO_MAP, RULES)
    assert fewer.reasons <= more.reasons
    assert fewer.reasons | fewer.waiting <= more.reasons | more.waiting
