"""The deliveries of a recorded day from a real Twenty."""

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from schemas.records import Author, NoteRecord, NoteTargetRecord, OpportunityRecord, WorkspaceMemberRecord
from schemas.twenty import IgnoredEvent, TwentyEvent, read_event, read_row

JANE = "20202020-463f-435b-828c-107e007a2711"
PERSON = "20202020-b000-4485-94de-70c2a98daef2"


@pytest.fixture(scope="module")
def events(floor_deliveries: list[dict[str, Any]]) -> list[TwentyEvent | IgnoredEvent]:
    """The recorded day, read."""
    return [read_event(delivery["raw"].encode()) for delivery in floor_deliveries]


def test_all_deliveries_are_read_into_the_expected_kinds(events: list[TwentyEvent | IgnoredEvent]) -> None:
    """158 deliveries: 147 changes of records, 11 events that concern nothing here."""
    read = Counter((e.object, e.action) for e in events if isinstance(e, TwentyEvent))
    assert read == {
        ("note", "created"): 92,
        ("note", "updated"): 4,
        ("note", "deleted"): 2,
        ("note", "destroyed"): 1,
        ("noteTarget", "created"): 32,
        ("noteTarget", "deleted"): 2,
        ("opportunity", "created"): 4,
        ("opportunity", "updated"): 10,
    }
    assert Counter(e.event_name for e in events if isinstance(e, IgnoredEvent)) == {
        "repProgression.created": 3,
        "repProgression.updated": 3,
        "task.created": 1,
        "task.updated": 1,
        "calendarEvent.created": 1,
        "calendarEvent.updated": 1,
        "calendarEventParticipant.created": 1,
    }


def test_a_recorded_note_comes_whole(events: list[TwentyEvent | IgnoredEvent]) -> None:
    """A note keeps its title, author and times; an empty body is empty."""
    at = datetime(2026, 11, 21, 2, 48, 2, 272000, tzinfo=UTC)
    note = NoteRecord(
        id="fe70035f-932f-449f-9de6-19a55ed6395d",
        title="Call - CONTACT | 2:05 | Call to Jane Doe",
        body="",
        author=Author("MANUAL", JANE, "Jane Austen"),
        created_at=at,
        updated_at=at,
        deleted_at=None,
    )
    sent_at = datetime(2026, 11, 21, 2, 48, 2, 281000, tzinfo=UTC)
    assert events[0] == TwentyEvent("note", "created", sent_at, note)


def test_recorded_targets_and_deals_point_to_people(events: list[TwentyEvent | IgnoredEvent]) -> None:
    """A noteTarget names its note and person, an opportunity its stage, owner and contact."""
    records = [event.record for event in events if isinstance(event, TwentyEvent)]
    target = next(record for record in records if isinstance(record, NoteTargetRecord))
    deal = next(record for record in records if isinstance(record, OpportunityRecord))
    assert (target.note_id, target.person_id) == ("fe70035f-932f-449f-9de6-19a55ed6395d", PERSON)
    assert (deal.stage, deal.owner_id, deal.point_of_contact_id) == ("NEW", JANE, PERSON)
    assert deal.author == Author("API", None, "worker-key")


def test_soft_deleted_records_say_when(events: list[TwentyEvent | IgnoredEvent]) -> None:
    """Every recorded `deleted` event's record carries the time of its deletion."""
    deleted = [event.record for event in events if isinstance(event, TwentyEvent) and event.action == "deleted"]
    assert [record.deleted_at == record.updated_at for record in deleted] == [True] * 4


def test_members_restores_and_metadata_are_read(recordings: Path) -> None:
    """The recording by kinds of change holds a member, restores, and a metadata event without a record."""
    lines = (recordings / "deliveries-by-step.jsonl").read_text().splitlines()
    raws = [delivery["raw"] for delivery in map(json.loads, lines) if delivery.get("raw")]
    events = [read_event(raw.encode()) for raw in raws]
    read = [event for event in events if isinstance(event, TwentyEvent)]
    member = next(event.record for event in read if event.object == "workspaceMember")
    assert isinstance(member, WorkspaceMemberRecord)
    assert (member.name, member.time_zone) == ("Tim Apple", "system")
    assert [event.object for event in read if event.action == "restored"] == ["note", "noteTarget"]
    assert IgnoredEvent("metadata.fieldMetadata.created") in events


def test_a_row_of_the_api_gives_the_same_record(floor_deliveries: list[dict[str, Any]]) -> None:
    """What a sweep reads by the API is the record that the webhook brought."""
    for delivery in floor_deliveries:
        event = read_event(delivery["raw"].encode())
        if isinstance(event, TwentyEvent):
            assert read_row(event.object, json.loads(delivery["raw"])["record"]) == event.record
