"""What of a payload from Twenty is taken, cleaned, or refused."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from schemas.records import (
    Author,
    NoteRecord,
    NoteTargetRecord,
    OpportunityRecord,
    PersonRecord,
    WorkspaceMemberRecord,
)
from schemas.twenty import IgnoredEvent, TwentyEvent, Unreadable, read_event, read_row

AT = "2026-11-21T02:48:02.272Z"
BASE = {"id": "n1", "createdAt": AT, "updatedAt": AT, "deletedAt": None}
SECRET = "Jane's roof leaks"


def _raw(record: object, name: str = "note.created", **more: object) -> bytes:
    return json.dumps({"eventName": name, "eventDate": AT, "record": record, **more}).encode()


def _note(**fields: object) -> NoteRecord:
    record = read_row("note", {**BASE, **fields})
    assert isinstance(record, NoteRecord)
    return record


def _reason(raw: bytes) -> str:
    with pytest.raises(Unreadable) as refused:
        read_event(raw)
    return refused.value.reason


def test_a_note_with_least_fields_is_read() -> None:
    """Older workspaces lack fields; a note needs an id and its times only."""
    note = _note()
    assert (note.title, note.body, note.author) == (None, "", Author("", None, ""))
    assert _note(createdBy=None, bodyV2=None).author == Author("", None, "")


def test_the_body_is_markdown_else_blocks_else_the_older_body() -> None:
    """All three places of a note's text are looked at."""
    blocks = json.dumps([{"content": [{"type": "text", "text": "in blocks"}], "children": []}])
    assert _note(bodyV2={"markdown": "in markdown", "blocknote": blocks}).body == "in markdown"
    assert _note(bodyV2={"markdown": None, "blocknote": blocks}).body == "in blocks"
    assert _note(body="older").body == "older"


def test_the_person_is_the_newer_field_or_the_older() -> None:
    """`targetPersonId` replaced `personId`; an empty id is none."""
    older = read_row("noteTarget", {**BASE, "personId": "p1"})
    both = read_row("noteTarget", {**BASE, "personId": "p1", "targetPersonId": "p2"})
    empty = read_row("noteTarget", {**BASE, "targetPersonId": ""})
    assert [r.person_id for r in (older, both, empty) if isinstance(r, NoteTargetRecord)] == ["p1", "p2", None]


@pytest.mark.parametrize(
    ("fields", "assigned"),
    [
        ({"assignedRep": "JANE_AUSTEN"}, "JANE_AUSTEN"),
        ({"assignedRep": None}, None),
        ({}, None),
        ({"assignedRep": ["JANE_AUSTEN"]}, None),
        ({"assignedRep": {"id": "p1"}}, None),
    ],
)
def test_a_persons_rep_is_the_value_of_a_select(fields: dict[str, Any], assigned: str | None) -> None:
    """A field of that name and another type is no error, and says nothing."""
    person = read_row("person", {**BASE, "name": {"firstName": "Kim"}, **fields})
    assert isinstance(person, PersonRecord)
    assert person.assigned_rep == assigned


def test_a_members_name_is_first_and_last() -> None:
    """A missing half of a name leaves the other."""
    whole = read_row("workspaceMember", {**BASE, "name": {"firstName": "Tim", "lastName": "Apple"}})
    half = read_row("workspaceMember", {**BASE, "name": {"firstName": "Tim", "lastName": None}, "timeZone": "UTC"})
    assert isinstance(whole, WorkspaceMemberRecord)
    assert isinstance(half, WorkspaceMemberRecord)
    assert (whole.name, whole.time_zone, half.name, half.time_zone) == ("Tim Apple", None, "Tim", "UTC")


def test_times_are_utc_whatever_their_offset() -> None:
    """An offset is converted, a time without one is UTC."""
    at = datetime(2026, 11, 21, 2, 48, 2, tzinfo=UTC)
    assert _note(updatedAt="2026-11-20T21:48:02-05:00").updated_at == at
    assert _note(updatedAt="2026-11-20T21:48:02-05:00").updated_at.tzinfo is UTC
    assert _note(updatedAt="2026-11-21T02:48:02").updated_at == at


def test_an_update_of_a_deleted_note_is_read_as_deleted() -> None:
    """Liveness is the record's `deletedAt`, whatever the event is called."""
    event = read_event(_raw({**BASE, "deletedAt": AT}, "note.updated"))
    assert isinstance(event, TwentyEvent)
    assert (event.action, event.record.deleted_at) == ("updated", event.event_at)


def test_what_postgresql_refuses_is_removed() -> None:
    """NUL characters and halves of surrogate pairs are taken out of every text."""
    raw = _raw({**BASE, "title": "a\x00b", "body": "c\ud800d", "createdBy": {"source": "API\x00", "name": "k\udfffy"}})
    event = read_event(raw)
    assert isinstance(event, TwentyEvent)
    assert isinstance(event.record, NoteRecord)
    assert (event.record.title, event.record.body) == ("ab", "cd")
    assert event.record.author == Author("API", None, "ky")


def test_long_texts_are_cut() -> None:
    """No text is kept longer than anything needs it."""
    note = _note(title="t" * 9_000, body="b" * 90_000, createdBy={"source": "s" * 99, "name": "n" * 999})
    assert (len(note.title or ""), len(note.body)) == (500, 20_000)
    assert (len(note.author.source), len(note.author.name)) == (32, 200)
    deal = read_row("opportunity", {**BASE, "stage": "S" * 999})
    assert isinstance(deal, OpportunityRecord)
    assert len(deal.stage or "") == 100


def test_a_notes_repr_holds_no_text() -> None:
    """Neither title nor body can leak by a record's repr, not even inside an event's."""
    event = read_event(_raw({**BASE, "title": SECRET, "bodyV2": {"markdown": SECRET}}))
    assert "n1" in repr(event)
    assert SECRET not in repr(event)
    assert SECRET not in str(event)


@pytest.mark.parametrize("name", ["task.created", "metadata.fieldMetadata.created", "company.updated", "notes.created"])
def test_events_of_other_objects_are_ignored_with_or_without_a_record(name: str) -> None:
    """An object that nothing is made from is no error, and its record is not looked at."""
    assert read_event(_raw(None, name)) == IgnoredEvent(name)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "body: not JSON in UTF-8"),
        (b"\xff\xfe", "body: not JSON in UTF-8"),
        (b'{"eventName": NaN}', "body: not JSON in UTF-8"),
        (b"[" * 100_000, "body: not JSON in UTF-8"),
        (b'{"n": ' + b"9" * 5_000 + b"}", "body: not JSON in UTF-8"),
        (b"[]", "body: not a JSON object"),
        (b"{}", "eventName: missing or not a string"),
        (b'{"eventName": 5}', "eventName: missing or not a string"),
        (_raw(BASE, "note.painted"), "eventName: unknown action"),
        (_raw(BASE, "note"), "eventName: unknown action"),
        (_raw(None), "record: missing or not an object"),
        (_raw([BASE]), "record: missing or not an object"),
        (_raw(BASE, eventDate=None), "body.eventDate: Field may not be null."),
        (_raw({**BASE, "id": ""}), "record.id: Not 1 to 64 characters."),
        (_raw({**BASE, "id": "x" * 65}), "record.id: Not 1 to 64 characters."),
        (_raw({**BASE, "id": 5}), "record.id: Not a valid string."),
        (_raw({"id": "n1", "createdAt": AT}), "record.updatedAt: Missing data for required field."),
        (_raw({**BASE, "createdAt": "yesterday"}), "record.createdAt: Not a valid datetime."),
        (_raw({**BASE, "updatedAt": "0001-01-01T00:00:00+14:00"}), "record.updatedAt: Not a valid datetime."),
        (_raw({**BASE, "title": {"a": SECRET}}), "record.title: Not a valid string."),
        (_raw({**BASE, "createdBy": SECRET}), "record.createdBy._schema: Invalid input type."),
        (_raw({**BASE, "bodyV2": {"markdown": [SECRET]}}), "record.bodyV2.markdown: Not a valid string."),
    ],
)
def test_a_wrong_shape_is_refused_naming_the_field_only(raw: bytes, reason: str) -> None:
    """The reason names what is wrong and where, and quotes nothing."""
    assert _reason(raw) == reason


def test_of_a_doubled_key_the_last_counts() -> None:
    """JSON leaves it open; as in JavaScript, where Twenty's payloads come from, the last wins."""
    event = read_event(_raw(BASE).replace(b'"id": "n1"', b'"id": "n1", "id": "n2"'))
    assert isinstance(event, TwentyEvent)
    assert event.record.id == "n2"


def test_all_wrong_fields_are_named_within_bounds() -> None:
    """A record wrong in every field gives one reason of at most 300 characters."""
    wrong: dict[str, Any] = dict.fromkeys(["id", "createdAt", "updatedAt", "deletedAt", "title", "body"], 5)
    reason = _reason(_raw({**wrong, "bodyV2": 5, "createdBy": 5}))
    assert reason.startswith("record.id: Not a valid string.; record.createdAt: ")
    assert len(reason) <= 300


@pytest.mark.parametrize("row", [None, 5, "note", [BASE]])
def test_a_row_that_is_no_object_is_refused(row: object) -> None:
    """The API's rows get the same care."""
    with pytest.raises(Unreadable):
        read_row("note", row)


def test_a_row_of_another_object_is_refused() -> None:
    """Only the four objects have a record."""
    with pytest.raises(Unreadable):
        read_row("task", BASE)
