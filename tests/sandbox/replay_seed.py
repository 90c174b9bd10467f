"""What the recordings presuppose: Twenty's demo workspace, and what was done between them and not recorded.

Rows that an answer shows are put in as shown. The others are there for the counts and the order of lists: their ids
follow the demo's pattern, and nothing else of them was recorded.
"""

from collections.abc import Callable, Iterator
from typing import Any

from replay_calls import FLOOR, read_topic, rows_in

from sandbox.twenty import SandboxTwenty

SEEDED_AT = "2026-11-21T01:37:29.289Z"
TIM = {
    "source": "MANUAL",
    "workspaceMemberId": "20202020-0687-4c41-b707-ed1bfca972a7",
    "name": "Tim A",
    "context": None,
}
TOTALS = {"notes": 1800, "noteTargets": 1800, "people": 1200, "workspaceMembers": 1005, "opportunities": 150}
"""As the lists of `rest-read` count them."""

_PLURALS = {
    "note": "notes",
    "company": "companies",
    "pointOfContact": "people",
    "targetPerson": "people",
    "owner": "workspaceMembers",
}
_RELATIONS = {*_PLURALS, "noteTargets", "attachments", "timelineActivities", "taskTargets"}
_MEMBER_COLUMNS = ("ownerId", "assigneeId", "workspaceMemberId")
_PERSON_COLUMNS = ("targetPersonId", "pointOfContactId", "personId")
# The last of the first 200 people, as a cursor names it; and where the ids before and after it may lie.
_PERSON_200 = "20202020-b2ad-43bd-a0da-dbd8c792226d"
_BEFORE_200, _AFTER_200 = "20202020-b2ac-4000-8000-{:012x}", "20202020-c000-4000-8000-{:012x}"
_PATTERNS = {
    "notes": "20202020-{:04x}-4e7c-8001-123456789abc",
    "noteTargets": "20202020-{:04x}-4e7c-8001-123456789def",
    "opportunities": "50505050-{:04x}-4e7c-8001-123456789abc",
    "workspaceMembers": "20202020-f000-4000-8000-{:012x}",
}


def seed(twenty: SandboxTwenty) -> None:
    """The demo workspace as it was before the first recorded call, without any custom object."""
    twenty.remove_object("repProgressions")
    shown = _shown_rows()
    _add_people(shown)
    _add_others(shown)
    for plural, rows in shown.items():
        for row in rows.values():
            twenty.put(plural, row)


def before(topic: str, twenty: SandboxTwenty) -> None:
    """What was done between the topic before and this one."""
    _UNRECORDED.get(topic, lambda _: None)(twenty)


def people_and_members() -> dict[str, set[str]]:
    """The ids of those that the recorded calls name, by plural."""
    return {"people": _named_ids(_PERSON_COLUMNS), "workspaceMembers": _named_ids(_MEMBER_COLUMNS)}


def _shown_rows() -> dict[str, dict[str, dict[str, Any]]]:
    """The demo's rows in the answers of `rest-read`, by plural and id."""
    found: dict[str, dict[str, dict[str, Any]]] = {plural: {} for plural in TOTALS}
    for call in read_topic("rest-read"):
        data = call.answer.get("data", {}) if isinstance(call.answer, dict) else {}
        for plural, row in _by_place(data):
            if row["createdAt"] < "2026-11-21T01:38":
                kept = {name: value for name, value in row.items() if name not in _RELATIONS}
                found.setdefault(plural, {})[row["id"]] = kept
    return found


def _by_place(data: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """(plural, row) for every row, told by the key that holds it."""
    for name, value in data.items():
        rows = value if isinstance(value, list) else [value]
        for row in rows:
            if isinstance(row, dict) and "createdAt" in row:
                yield _PLURALS.get(name, name), row
                yield from _by_place({each: row[each] for each in _RELATIONS & row.keys()})


def _named_ids(columns: tuple[str, ...]) -> set[str]:
    """The ids that requests, and the demo's rows, hold in relations of these names."""
    calls = [call for topic in (FLOOR, "rest-read", "rest-write") for call in read_topic(topic)]
    bodies = [call.body for call in calls if call.status < 300] + list(rows_in([call.answer for call in calls]))
    flat = [each for body in bodies for each in (body if isinstance(body, list) else [body])]
    named = {each.get(column) for each in flat if isinstance(each, dict) for column in columns}
    return {str(each) for each in named if each}


def _add_people(shown: dict[str, dict[str, dict[str, Any]]]) -> None:
    people = shown["people"]
    for person_id in sorted(_named_ids(_PERSON_COLUMNS) | {_PERSON_200}):
        people.setdefault(person_id, _filler(person_id, 0))
    _fill(people, _BEFORE_200, len(people) + 200 - sum(each <= _PERSON_200 for each in people))
    _fill(people, _AFTER_200, TOTALS["people"])


def _add_others(shown: dict[str, dict[str, dict[str, Any]]]) -> None:
    for member_id in _named_ids(_MEMBER_COLUMNS):
        shown["workspaceMembers"].setdefault(member_id, _filler(member_id, 0))
    for plural, pattern in _PATTERNS.items():
        _fill(shown[plural], pattern, TOTALS[plural])


def _fill(rows: dict[str, dict[str, Any]], pattern: str, total: int) -> None:
    number = 1
    while len(rows) < total:
        record_id = pattern.format(number)
        rows.setdefault(record_id, _filler(record_id, number))
        number += 1


def _filler(record_id: str, position: int) -> dict[str, Any]:
    stamps = {"createdAt": SEEDED_AT, "updatedAt": SEEDED_AT}
    return {"id": record_id, "position": position, "createdBy": TIM, "updatedBy": TIM, **stamps}


def _put_unrecorded(twenty: SandboxTwenty, plural: str, position: int, *, deleted: bool = False) -> None:
    """A row that was made in between: where it stands is told by the positions before and after it."""
    record_id = f"eeeeeeee-0000-4000-8000-{-position:012x}"
    deleted_at = "2026-11-21T01:45:00.000Z" if deleted else None
    twenty.put(plural, _filler(record_id, position) | {"deletedAt": deleted_at})


def _before_webhook_admin(twenty: SandboxTwenty) -> None:
    _put_unrecorded(twenty, "notes", -7)
    _put_unrecorded(twenty, "repProgressions", -274, deleted=True)


def _before_as_user(twenty: SandboxTwenty) -> None:
    """The note that Tim made over GraphQL."""
    twenty.put("notes", _note_of_tim() | {"title": "by tim 4"})


def _before_compare_and_set(twenty: SandboxTwenty) -> None:
    """Tim destroyed his note over GraphQL."""
    twenty.put("notes", _note_of_tim() | {"deletedAt": "2026-11-21T01:47:31.000Z"})


def _note_of_tim() -> dict[str, Any]:
    patched = next(call for call in read_topic("as-user") if call.name == "user-004-user-rest")
    note: dict[str, Any] = patched.answer["data"]["updateNote"]
    return note


def _before_floor(twenty: SandboxTwenty) -> None:
    """The notes of earlier tries, one of which the day's own list shows, a deal, a task and the demo's calendar."""
    for position in range(-20, -7):
        _put_unrecorded(twenty, "notes", position)
    for plural, position in _BEFORE_FLOOR.items():
        _put_unrecorded(twenty, plural, position, deleted=True)
    listed = next(call.answer for call in read_topic(FLOOR) if call.name.endswith("notes-ilike"))
    twenty.put("notes", listed["data"]["notes"][0])


_BEFORE_FLOOR = {"opportunities": -4, "tasks": 0, "calendarEvents": 0, "calendarEventParticipants": 0}
_UNRECORDED: dict[str, Callable[[SandboxTwenty], None]] = {
    "webhook-admin": _before_webhook_admin,
    "as-user": _before_as_user,
    "compare-and-set": _before_compare_and_set,
    FLOOR: _before_floor,
}
