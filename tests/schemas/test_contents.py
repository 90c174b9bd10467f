"""A version's content as JSON: what the ledger keeps is what was read, and hashes tell versions apart."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.progression.contents import (
    NoteContent,
    NoteTargetContent,
    OpportunityContent,
    PersonContent,
    RecordContent,
    TrainingContent,
)
from schemas.contents import content_from_json, content_hash, content_to_json

AT = datetime(2026, 11, 21, 2, 48, 2, 272000, tzinfo=UTC)
NOTE = NoteContent("call", "V1", "CONTACT", 125, "title", "title: disposition | duration", "rep-1", None, AT)
TARGET = NoteTargetContent("t1", "n1", "jane")
OPPORTUNITY = OpportunityContent("MEETING", "jane", "rep-1", None, AT)
EXAM = TrainingContent("exam", "tim", "operative", Decimal("91.5000"), None)
BATTLE = TrainingContent("battle", "tim", "2", None, "win")


def _read_back(object_name: str, content: RecordContent) -> RecordContent:
    return content_from_json(object_name, json.loads(json.dumps(content_to_json(content))))


def test_a_note_is_kept_as_plain_json() -> None:
    """The reading by name, times as ISO 8601, and no field for a text of the note."""
    assert content_to_json(NOTE) == {
        "kind": "call",
        "form": "V1",
        "disposition": "CONTACT",
        "duration_s": 125,
        "duration_in": "title",
        "how": "title: disposition | duration",
        "rep": "rep-1",
        "rep_hint": None,
        "created_at": "2026-11-21T02:48:02.272000+00:00",
    }


def test_a_score_is_kept_as_decimal_text() -> None:
    """A binary fraction could turn 84.9 % into a pass or a failure."""
    assert content_to_json(EXAM)["score"] == "91.5000"


@pytest.mark.parametrize(
    ("object_name", "content"),
    [
        ("note", NOTE),
        ("noteTarget", TARGET),
        ("opportunity", OPPORTUNITY),
        ("person", PersonContent("JANE_AUSTEN")),
        ("person", PersonContent(None)),
        ("exam", EXAM),
        ("battle", BATTLE),
        ("module", replace(EXAM, kind="module")),
        ("certification", replace(BATTLE, kind="certification", outcome=None)),
        ("mentorship", replace(BATTLE, kind="mentorship", outcome=None)),
    ],
)
def test_what_was_written_is_read_back(object_name: str, content: RecordContent) -> None:
    """Each object's JSON becomes the same content again, through a database."""
    assert _read_back(object_name, content) == content


TEXT = st.text(max_size=10)
MAYBE = st.none() | TEXT
MOMENTS = st.integers(0, 10**15).map(lambda later: AT + timedelta(microseconds=later))
NOTES = st.builds(NoteContent, TEXT, TEXT, MAYBE, st.none() | st.integers(0, 10**6), MAYBE, TEXT, MAYBE, MAYBE, MOMENTS)
TRAININGS = st.builds(TrainingContent, TEXT, TEXT, TEXT, st.none() | st.decimals(0, 100, places=4), MAYBE)


@given(
    st.tuples(st.just("note"), NOTES)
    | st.tuples(st.just("noteTarget"), st.builds(NoteTargetContent, TEXT, MAYBE, MAYBE))
    | st.tuples(st.just("opportunity"), st.builds(OpportunityContent, MAYBE, MAYBE, MAYBE, MAYBE, MOMENTS))
    | st.tuples(st.just("exam"), TRAININGS)
)
def test_any_content_survives_with_its_hash(named: tuple[str, Any]) -> None:
    """A rebuild from what is kept finds the same versions under the same hashes."""
    object_name, content = named
    again = _read_back(object_name, content)
    assert again == content
    assert content_hash(again, None) == content_hash(content, None)


@pytest.mark.parametrize(
    "other",
    [
        replace(NOTE, disposition="CALLBACK"),
        replace(NOTE, duration_s=None),
        replace(NOTE, duration_s=126),
        replace(NOTE, rep=None),
        replace(NOTE, rep=None, rep_hint="rep-1"),
        replace(NOTE, created_at=datetime(2026, 11, 21, 2, 48, 2, 273000, tzinfo=UTC)),
    ],
)
def test_hashes_tell_readings_apart(other: NoteContent) -> None:
    """Two versions with one updatedAt are two when anything that is read differs."""
    assert content_hash(other, None) != content_hash(NOTE, None)


def test_hashes_tell_deleted_from_live() -> None:
    """Deleting changes no content."""
    assert content_hash(NOTE, AT) != content_hash(NOTE, None)


def test_a_hash_is_the_same_in_every_process() -> None:
    """It is stored and compared by other workers later, so it must not depend on this run."""
    assert content_hash(TARGET, None) == "94f1713b38d149354ec9fd2abe9857c864d36e08547fdc88899d96d412db8a1b"
