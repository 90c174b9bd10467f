"""What Twenty sends: webhook bodies and rows of its REST API, which have the same shape.

Body: `{eventName: "note.created", eventDate, record, …}`, one record each. A record is the flat row after the change
(before a hard delete). An update may be of a deleted record: `deletedAt` tells, not the event's name.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, cast

from marshmallow import ValidationError, fields, post_load

from programs.progression.note_bodies import LONGEST_BLOCKNOTE, LONGEST_BODY, body_text, bounded
from programs.progression.notes import LONGEST_TITLE
from schemas.payloads import (
    Id,
    IgnoredEvent,
    Moment,
    Payload,
    Text,
    Unreadable,
    event_name,
    json_object,
    loaded,
    storable,
)
from schemas.records import (
    Author,
    NoteRecord,
    NoteTargetRecord,
    OpportunityRecord,
    PersonRecord,
    TwentyRecord,
    WorkspaceMemberRecord,
)

__all__ = ["IgnoredEvent", "TwentyEvent", "Unreadable", "read_event", "read_row"]

ObjectName = Literal["note", "noteTarget", "opportunity", "person", "workspaceMember"]
Action = Literal["created", "updated", "deleted", "restored", "destroyed"]

ACTIONS = frozenset({"created", "updated", "deleted", "restored", "destroyed"})
NOBODY = Author("", None, "")
LONGEST_OPTION = 200
_ID = re.compile(r"[0-9A-Za-z_-]+")


@dataclass(frozen=True, slots=True)
class TwentyEvent:
    """One change of one record. `event_at` is when Twenty sent it, not when the change was made."""

    object: ObjectName
    action: Action
    event_at: datetime
    record: TwentyRecord


class TwentyId(Id):
    """Letters, digits, - and _: with other signs one id would spoil the filter that all dirty reps are read by."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        found = super()._deserialize(value, attr, data, **kwargs)
        if found is not None and not _ID.fullmatch(found):
            raise ValidationError("Not letters, digits, - and _ alone.")
        return found


class _AuthorFields(Payload):
    source = Text(32, load_default="", allow_none=True)
    workspace_member_id = TwentyId(data_key="workspaceMemberId", load_default=None)
    name = Text(200, load_default="", allow_none=True)

    @post_load
    def author(self, data: dict[str, Any], **_: Any) -> Author:
        return Author(data["source"] or "", data["workspace_member_id"], data["name"] or "")


class _RecordFields(Payload):
    id = TwentyId(required=True)
    created_at = Moment(data_key="createdAt", required=True)
    updated_at = Moment(data_key="updatedAt", required=True)
    deleted_at = Moment(data_key="deletedAt", load_default=None)


class _BodyFields(Payload):
    markdown = Text(LONGEST_BODY, load_default=None)
    blocknote = Text(LONGEST_BLOCKNOTE + 1, load_default=None)


class _NoteFields(_RecordFields):
    title = Text(LONGEST_TITLE, load_default=None)
    body_v2 = fields.Nested(_BodyFields, data_key="bodyV2", load_default=None)
    body = Text(LONGEST_BLOCKNOTE + 1, load_default=None)
    author = fields.Nested(_AuthorFields, data_key="createdBy", load_default=NOBODY, allow_none=True)

    @post_load
    def record(self, data: dict[str, Any], **_: Any) -> NoteRecord:
        parts, legacy = data.pop("body_v2") or {}, data.pop("body")
        return NoteRecord(
            **{**data, "author": data["author"] or NOBODY},
            body=body_text(parts.get("markdown"), parts.get("blocknote"), legacy),
        )


class _NoteTargetFields(_RecordFields):
    note_id = TwentyId(data_key="noteId", load_default=None)
    target_person_id = TwentyId(data_key="targetPersonId", load_default=None)
    person_id = TwentyId(data_key="personId", load_default=None)

    @post_load
    def record(self, data: dict[str, Any], **_: Any) -> NoteTargetRecord:
        newer, older = data.pop("target_person_id"), data.pop("person_id")
        return NoteTargetRecord(**data, person_id=newer or older)


class _OpportunityFields(_RecordFields):
    stage = Text(100, load_default=None)
    owner_id = TwentyId(data_key="ownerId", load_default=None)
    point_of_contact_id = TwentyId(data_key="pointOfContactId", load_default=None)
    author = fields.Nested(_AuthorFields, data_key="createdBy", load_default=NOBODY, allow_none=True)

    @post_load
    def record(self, data: dict[str, Any], **_: Any) -> OpportunityRecord:
        return OpportunityRecord(**{**data, "author": data["author"] or NOBODY})


def _option(told: object) -> str | None:
    """The value of a SELECT; a field of that name and another type says nothing."""
    return bounded(storable(told), LONGEST_OPTION) if isinstance(told, str) else None


class _PersonFields(_RecordFields):
    assigned_rep = fields.Function(deserialize=_option, data_key="assignedRep", load_default=None, allow_none=True)

    @post_load
    def record(self, data: dict[str, Any], **_: Any) -> PersonRecord:
        return PersonRecord(**data)


class _NameFields(Payload):
    first = Text(100, data_key="firstName", load_default="", allow_none=True)
    last = Text(100, data_key="lastName", load_default="", allow_none=True)


class _WorkspaceMemberFields(_RecordFields):
    name = fields.Nested(_NameFields, load_default=None)
    time_zone = Text(64, data_key="timeZone", load_default=None)

    @post_load
    def record(self, data: dict[str, Any], **_: Any) -> WorkspaceMemberRecord:
        parts = data.pop("name") or {}
        name = f"{parts.get('first') or ''} {parts.get('last') or ''}".strip()
        return WorkspaceMemberRecord(**data, name=name)


class _EventFields(Payload):
    event_at = Moment(data_key="eventDate", required=True)


_EVENT = _EventFields()
_RECORDS: Mapping[str, Payload] = {
    "note": _NoteFields(),
    "noteTarget": _NoteTargetFields(),
    "opportunity": _OpportunityFields(),
    "person": _PersonFields(),
    "workspaceMember": _WorkspaceMemberFields(),
}
EVENTS = frozenset(f"{name}.{action}" for name in _RECORDS for action in ACTIONS)


def read_event(raw: bytes) -> TwentyEvent | IgnoredEvent:
    """A webhook's body; `IgnoredEvent` for objects that are not read, `Unreadable` for any other shape."""
    body = json_object(raw)
    name = event_name(body, "eventName")
    object_name, _, action = name.partition(".")
    if object_name not in _RECORDS:
        return IgnoredEvent(name)
    if action not in ACTIONS:
        raise Unreadable("eventName: unknown action")
    return TwentyEvent(
        cast(ObjectName, object_name),
        cast(Action, action),
        loaded(_EVENT, body, "body")["event_at"],
        read_row(object_name, body.get("record")),
    )


def read_row(object: str, row: object) -> TwentyRecord:
    """A row of Twenty's REST API, of one of the objects that are read, or `Unreadable`."""
    fields_of_record = _RECORDS.get(object)
    if fields_of_record is None:
        raise Unreadable("object: not one that is read")
    return cast(TwentyRecord, loaded(fields_of_record, row, "record"))
