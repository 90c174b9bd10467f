"""A recorded day, taken over: the sandbox holds the records as they finally were."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sandbox.twenty import SandboxTwenty
from sandbox.twenty.recorded import (
    RecordedDelivery,
    clock_after,
    newest_event_at,
    read_deliveries,
    take_over,
    without_progressions,
)

FLOOR = Path(__file__).parents[1] / "recordings" / "floor-deliveries.jsonl"
DESTROYED = "ae8af286-639b-4a63-9647-5b0691eef26e"
SOFT_DELETED = "089c2204-a586-49ad-addf-11e05994b0be"
EDITED = "a7be7517-7fc4-4ad5-a828-36ae63e44abc"


@pytest.fixture(scope="module")
def day() -> list[RecordedDelivery]:
    return read_deliveries(FLOOR)


@pytest.fixture(scope="module")
def twenty(day: list[RecordedDelivery]) -> SandboxTwenty:
    twenty = SandboxTwenty("key", clock=clock_after(day))
    take_over(twenty, day)
    return twenty


def _delivery(event_name: str, **record: Any) -> RecordedDelivery:
    body = {"eventName": event_name, "eventDate": "2026-11-21T00:00:00.000Z", "record": record}
    return RecordedDelivery({}, json.dumps(body).encode())


def test_deliveries_are_read_byte_for_byte(day: list[RecordedDelivery]) -> None:
    """All 158 lines, with their headers and the body that was signed."""
    assert len(day) == 158
    assert len(day[0].raw) == int(day[0].headers["Content-Length"])
    assert day[0].headers["X-Twenty-Webhook-Timestamp"] == "1795229282344"


def test_a_line_that_is_no_delivery_is_named(tmp_path: Path) -> None:
    """The error says which line of which file."""
    path = tmp_path / "day.jsonl"
    path.write_text('{"headers": {}, "raw": "{}"}\n{"headers": {}}\n')
    with pytest.raises(ValueError, match=r"day\.jsonl:2 is not a recorded delivery"):
        read_deliveries(path)


def test_progressions_can_be_left_out(day: list[RecordedDelivery]) -> None:
    """The 6 repProgression events go, the other 152 stay in order."""
    kept = without_progressions(day)
    assert len(kept) == 152
    assert {each.singular() for each in day} - {each.singular() for each in kept} == {"repProgression"}


def test_the_clock_starts_five_minutes_after_the_last_event(day: list[RecordedDelivery]) -> None:
    """So that everything recorded lies in the sandbox's past, twins that could still come included."""
    newest = newest_event_at(day)
    assert newest == datetime(2026, 11, 21, 2, 48, 13, 963000, tzinfo=UTC)
    assert timedelta(minutes=5) <= clock_after(day).now() - newest < timedelta(minutes=6)


def test_every_record_is_there_once_and_progressions_are_not(twenty: SandboxTwenty) -> None:
    """92 notes less the destroyed one, their targets, deals, a task, an appointment, three members."""
    counts = {
        plural: len(twenty.rows(plural))
        for plural in (
            "notes",
            "noteTargets",
            "opportunities",
            "tasks",
            "calendarEvents",
            "calendarEventParticipants",
            "workspaceMembers",
            "repProgressions",
        )
    }
    assert counts == {
        "notes": 91,
        "noteTargets": 32,
        "opportunities": 4,
        "tasks": 1,
        "calendarEvents": 1,
        "calendarEventParticipants": 1,
        "workspaceMembers": 3,
        "repProgressions": 0,
    }


def test_each_record_is_in_its_final_state(twenty: SandboxTwenty) -> None:
    """Destroyed is absent, soft-deleted is there with its deletedAt, edited has its last title and times."""
    notes = {note["id"]: note for note in twenty.rows("notes")}
    assert DESTROYED not in notes
    assert notes[SOFT_DELETED]["deletedAt"] == "2026-11-21T02:48:10.341Z"
    assert notes[EDITED]["title"] == "Call - CALLBACK | 0:59 | Call to Al Roe"
    assert notes[EDITED]["createdAt"] == "2026-11-21T02:48:02.683Z"
    assert notes[EDITED]["updatedAt"] == "2026-11-21T02:48:09.918Z"
    assert sum(target["deletedAt"] is not None for target in twenty.rows("noteTargets")) == 2
    deals = {deal["name"]: deal for deal in twenty.rows("opportunities")}
    assert {name: deal["stage"] for name, deal in deals.items()} == {
        "Roof A": "CUSTOMER",
        "Roof B": "MEETING",
        "Roof C": "CUSTOMER",
        "Roof D": "CUSTOMER",
    }
    assert deals["Roof B"]["ownerId"] == "20202020-1553-45c6-a028-5a9064cce07f"


def test_everybody_named_is_a_workspace_member(twenty: SandboxTwenty) -> None:
    """Three reps, with the names that their notes carry."""
    members = {member["id"]: member for member in twenty.rows("workspaceMembers")}
    assert {record_id: member["name"] for record_id, member in members.items()} == {
        "20202020-463f-435b-828c-107e007a2711": {"firstName": "Jane", "lastName": "Austen"},
        "20202020-77d5-4cb6-b60a-f4a835a85d61": {"firstName": "Jony", "lastName": "Ive"},
        "20202020-1553-45c6-a028-5a9064cce07f": {"firstName": "Phil", "lastName": "Schiler"},
    }
    assert {member["timeZone"] for member in members.values()} == {"system"}


def test_the_newest_version_wins_whatever_the_order_of_arrival() -> None:
    """By updatedAt; at a tie the later line; destroyed beats every version, one that came later too."""
    twenty = SandboxTwenty("key")
    old, new = "2026-11-21T01:00:00.000Z", "2026-11-21T02:00:00.000Z"
    take_over(
        twenty,
        [
            _delivery("note.destroyed", id="gone", updatedAt=old, title="gone"),
            _delivery("note.updated", id="gone", updatedAt=new, title="late"),
            _delivery("note.updated", id="kept", updatedAt=new, title="first at the tie"),
            _delivery("note.updated", id="kept", updatedAt=new, title="second at the tie"),
            _delivery("note.created", id="kept", updatedAt=old, title="old"),
            _delivery("company.created", id="firm", updatedAt=old),
        ],
    )
    assert [(note["id"], note["title"]) for note in twenty.rows("notes")] == [("kept", "second at the tie")]
