"""Call keys: twin notes share one, and what is decided stays."""

from dataclasses import replace
from datetime import datetime

import pytest
from progression_factories import RULES, at, call

from programs.progression.call_keys import with_call_keys
from programs.progression.facts import KeptFact

V1 = "Call - NO_ANSWER | 0:05 | Call to Jane"
V2 = "Call - no_answer"
LATER = at(10**6)
HOUR_S = 3_600

Decision = tuple[str | None, str | None]


def decide(*notes: KeptFact, watermark: datetime | None = LATER) -> dict[str, KeptFact]:
    return with_call_keys({kept.fact.key: kept for kept in notes}, watermark, RULES)


def decisions(known: dict[str, KeptFact]) -> dict[str, Decision]:
    """Note id to (id of the note that gives the call its key, id of the V1 whose twin it is)."""
    return {_id(key): (_id(kept.call_key), _id(kept.twin_of)) for key, kept in known.items()}


def _id(key: str | None) -> str:
    return (key or "").removeprefix("note:")


def test_a_note_and_its_twin_share_the_first_ones_key() -> None:
    """The pair is one call."""
    found = decide(call("second", V2, 1), call("first", V1, 0))
    assert decisions(found) == {"first": ("first", ""), "second": ("first", "first")}


def test_notes_that_are_no_twins_have_keys_of_their_own() -> None:
    """121 s apart they are two calls."""
    found = decide(call("first", V1, 0), call("second", V2, 121))
    assert decisions(found) == {"first": ("first", ""), "second": ("second", "")}


def test_two_quick_real_dials_stay_two() -> None:
    """First writers' notes never pair with each other, however alike."""
    found = decide(call("n1", V1, 0), call("n2", V1, 1))
    assert decisions(found) == {"n1": ("n1", ""), "n2": ("n2", "")}


def test_two_second_writers_notes_stay_two() -> None:
    """Neither do second ones."""
    assert decisions(decide(call("n1", V2, 0), call("n2", V2, 1))) == {"n1": ("n1", ""), "n2": ("n2", "")}


def test_two_dials_with_two_notes_each_pair_one_to_one() -> None:
    """In order of creation: the first with the first, the second with the second."""
    found = decide(call("d", V2, 11), call("c", V1, 10), call("b", V2, 1), call("a", V1, 0))
    assert decisions(found) == {"a": ("a", ""), "b": ("a", "a"), "c": ("c", ""), "d": ("c", "c")}


def test_one_first_note_has_one_twin() -> None:
    """A second note too many is a call of its own."""
    found = decide(call("a", V1, 0), call("b", V2, 1), call("c", V2, 2))
    assert decisions(found) == {"a": ("a", ""), "b": ("a", "a"), "c": ("c", "")}


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("Call - Logged", "Duration: 0:05"),
        ("Call - NO_ANSWER", "Duration: 0:05\nXP Awarded: 2"),
        ("call - no answer", "Duration: 0:05"),
    ],
)
def test_logged_older_and_typed_notes_pair_with_nothing(title: str, body: str) -> None:
    """Without an outcome, or from another writer, a note is a call of its own even a second later."""
    found = decide(call("first", V1, 0, lead="jane"), call("other", title, 1, lead="jane", body=body))
    assert decisions(found) == {"first": ("first", ""), "other": ("other", "")}


@pytest.mark.parametrize("watermark", [None, at(0)])
def test_a_second_note_waits_for_the_watermark(watermark: datetime | None) -> None:
    """The first one may still be on its way; the first itself need not wait."""
    found = decide(call("first", V1, 0), call("second", V2, 1), watermark=watermark)
    assert decisions(found) == {"first": ("first", ""), "second": ("", "")}


def test_a_second_note_is_decided_when_its_twin_would_have_been_seen() -> None:
    """A first note may be written up to 120 s after it: only a watermark beyond that decides."""
    second = call("second", V2, 1)
    assert decisions(decide(second, watermark=at(120))) == {"second": ("", "")}
    assert decisions(decide(second, watermark=at(121))) == {"second": ("second", "")}


def test_a_note_that_came_behind_the_watermark_waits_for_the_next() -> None:
    """The sweep that set this watermark did not see its surroundings."""
    late = replace(call("second", V2, 1), behind_at=at(200))
    assert decisions(decide(late, watermark=at(200))) == {"second": ("", "")}
    assert decisions(decide(late, watermark=at(201))) == {"second": ("second", "")}


def test_a_first_note_takes_over_the_key_of_a_settled_twin() -> None:
    """The call was paid under the second note's key, so that key must be the call's."""
    settled = decide(call("second", V2, 1))
    found = decide(*settled.values(), call("first", V1, 0))
    assert decisions(found) == {"second": ("second", "first"), "first": ("second", "")}


def test_a_settled_second_note_is_taken_over_once() -> None:
    """Of two first notes the earlier in order takes it, the other is a call of its own."""
    settled = decide(call("second", V2, 2))
    found = decide(call("b", V1, 1), *settled.values(), call("a", V1, 0))
    assert decisions(found) == {"second": ("second", "a"), "a": ("second", ""), "b": ("b", "")}


@pytest.mark.parametrize(("first_lead", "second_lead"), [(None, "jane"), ("jane", None)])
def test_while_a_lead_is_not_known_a_possible_twin_waits(first_lead: str | None, second_lead: str | None) -> None:
    """Its noteTarget may come and make it the twin of a call that was paid; the watermark ends the wait."""
    settled = decide(call("second", V2, HOUR_S, lead=second_lead, body="Duration: 0:05"))
    first = replace(call("first", V1, 0, lead=first_lead), behind_at=LATER)
    found = decide(*settled.values(), first)
    assert decisions(found)["first"] == ("", "")
    assert decisions(decide(*found.values(), watermark=at(10**6 + 1)))["first"] == ("first", "")


def test_the_target_that_was_waited_for_makes_them_twins() -> None:
    """The same lead and duration: the first note takes over the settled key."""
    settled = decide(call("second", V2, HOUR_S, lead="jane", body="Duration: 0:05"))
    waiting = decide(*settled.values(), replace(call("first", V1, 0), behind_at=LATER))
    known = replace(waiting["note:first"], fact=call("first", V1, 0, lead="jane").fact)
    assert decisions(decide(waiting["note:second"], known))["first"] == ("second", "")


def test_deleted_notes_still_pair() -> None:
    """Deleting one of the two makes no second call of the other."""
    for gone in ("first", "second"):
        found = decide(call("first", V1, 0, deleted=gone == "first"), call("second", V2, 1, deleted=gone == "second"))
        assert decisions(found) == {"first": ("first", ""), "second": ("first", "first")}


def test_notes_of_an_api_key_pair_too() -> None:
    """Both wait for the watermark with their XP, and are one call then."""
    notes = call("first", V1, 0, mapped=True), call("second", V2, 1, mapped=True)
    expected = {"first": ("first", ""), "second": ("first", "first")}
    assert decisions(decide(*notes)) == expected
    settled = decide(notes[1])
    assert decisions(decide(notes[0], *settled.values()))["first"] == ("second", "")


def test_a_pair_is_sticky() -> None:
    """Edited apart once they were paired, they stay one call."""
    pair = decide(call("first", V1, 0), call("second", V2, 1))
    edited = {
        "note:first": call("first", "Call - DNC | 1:00 | Jane", 0),
        "note:second": call("second", "Call - CONTACT | 9:00 | Kim", 1),
    }
    newer = [replace(kept, fact=edited[key].fact) for key, kept in pair.items()]
    assert decisions(decide(*newer)) == decisions(pair)


def test_a_call_that_was_paid_alone_stays_alone() -> None:
    """Edited to look like twins after both were decided, they stay two."""
    two = decide(call("first", V1, 0), call("second", "Call - busy", 1))
    newer = [two["note:first"], replace(two["note:second"], fact=call("second", V2, 1).fact)]
    assert decisions(decide(*newer)) == {"first": ("first", ""), "second": ("second", "")}
