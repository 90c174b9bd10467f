"""Reading a delivery: which record, in which version, or why not. Nothing is stored here."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ledger.inbox import Delivery
from ledger.versions import SeenVersion
from programs.progression.attribution import select_value
from programs.progression.contents import (
    NoteContent,
    NoteTargetContent,
    OpportunityContent,
    PersonContent,
    RecordContent,
)
from programs.progression.note_facts import note_key
from programs.progression.notes import read_note
from programs.progression.opportunity_facts import opportunity_key
from programs.progression.versions import Version
from schemas.contents import content_hash
from schemas.records import (
    Author,
    NoteRecord,
    NoteTargetRecord,
    OpportunityRecord,
    PersonRecord,
    TwentyRecord,
    WorkspaceMemberRecord,
)
from schemas.redhawk import read_redhawk
from schemas.twenty import IgnoredEvent, Unreadable, read_event, read_row
from worker.tombstones import read_tombstone
from worker.training_reading import training_version

KeptRecord = NoteRecord | NoteTargetRecord | OpportunityRecord | PersonRecord
_OBJECTS: Mapping[type[KeptRecord], str] = {
    NoteRecord: "note",
    NoteTargetRecord: "noteTarget",
    OpportunityRecord: "opportunity",
    PersonRecord: "person",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """What a delivery told: a version, a member, nothing that concerns us, or something unreadable.

    `record_key` is the fact that it touches. `problem` parks the delivery, `ignored` names an event that is not ours.
    `forgotten`: it is of a rep who was forgotten; `names_forgotten`: it names one, so that its bytes are not kept.
    """

    delivery_id: int
    seen: SeenVersion | None = None
    member: WorkspaceMemberRecord | None = None
    record_key: str | None = None
    ignored: str | None = None
    problem: str | None = None
    forgotten: bool = False
    names_forgotten: bool = False

    @property
    def tells_of_its_fact(self) -> bool:
        """A noteTarget only touches its note's fact: it is processed, whoever wrote the note."""
        return self.seen is not None and self.seen.object != "noteTarget"


def read_delivery(delivery: Delivery) -> Reading:
    """Reads one delivery of any source; never raises on what came from outside.

    A pruned one that somebody set pending again was digested before: what it told is kept, and its fact is looked at.
    """
    if not delivery.raw:
        return Reading(delivery.id, record_key=delivery.record_key)
    try:
        if delivery.source == "twenty":
            return _read_webhook(delivery)
        if delivery.source == "sweep":
            return _read_swept(delivery)
        if delivery.source == "missing":
            return _read_missing(delivery)
        return _read_redhawk(delivery)
    except Unreadable as unreadable:
        return Reading(delivery.id, problem=f"unreadable: {unreadable.reason}")


def _read_webhook(delivery: Delivery) -> Reading:
    event = read_event(delivery.raw)
    if isinstance(event, IgnoredEvent):
        return Reading(delivery.id, ignored=event.event_name)
    destroyed_at = event.event_at if event.action == "destroyed" else None
    return _of_record(delivery, event.record, destroyed_at, None)


def _read_swept(delivery: Delivery) -> Reading:
    page_row: Mapping[str, Any] = json.loads(delivery.raw)
    swept_at = datetime.fromisoformat(page_row["sweptAt"])
    record = read_row(page_row["object"], page_row["row"])
    return _of_record(delivery, record, None, swept_at, metered=page_row.get("metered", False))


def _read_missing(delivery: Delivery) -> Reading:
    stone = read_tombstone(delivery.raw)
    seen = SeenVersion(stone.object, stone.record_id, stone.version, delivery.received_at, delivery.id)
    return Reading(delivery.id, seen, record_key=seen.record_key)


def _read_redhawk(delivery: Delivery) -> Reading:
    event = read_redhawk(delivery.raw)
    if isinstance(event, IgnoredEvent):
        return Reading(delivery.id, ignored=event.event_name)
    seen = training_version(event, delivery)
    return Reading(delivery.id, seen, record_key=f"{seen.object}:{seen.record_id}")


def _of_record(
    delivery: Delivery,
    record: TwentyRecord,
    destroyed_at: datetime | None,
    swept_at: datetime | None,
    *,
    metered: bool = False,
) -> Reading:
    if isinstance(record, WorkspaceMemberRecord):
        return Reading(delivery.id, member=record)
    content = _content(record)
    version = Version(
        updated_at=record.updated_at,
        content_hash=content_hash(content, record.deleted_at),
        content=content,
        deleted_at=record.deleted_at,
        destroyed_at=destroyed_at,
        swept_at=swept_at,
    )
    parent = record.note_id if isinstance(record, NoteTargetRecord) else None
    seen = SeenVersion(_object(record), record.id, version, delivery.received_at, delivery.id, parent, metered)
    return Reading(delivery.id, seen, record_key=_touched(record))


def _object(record: KeptRecord) -> str:
    return _OBJECTS[type(record)]


def _touched(record: KeptRecord) -> str | None:
    """The fact that the record is about; those that a person leads are many, and the ledger knows them."""
    if isinstance(record, PersonRecord):
        return None
    if isinstance(record, NoteRecord):
        return note_key(record.id)
    if isinstance(record, OpportunityRecord):
        return opportunity_key(record.id)
    return note_key(record.note_id) if record.note_id else None


def _content(record: KeptRecord) -> RecordContent:
    if isinstance(record, PersonRecord):
        return PersonContent(select_value(record.assigned_rep or "") or None)
    if isinstance(record, NoteRecord):
        return _note_content(record)
    if isinstance(record, NoteTargetRecord):
        return NoteTargetContent(record.id, record.note_id, record.person_id)
    return OpportunityContent(
        stage=record.stage,
        contact=record.point_of_contact_id,
        rep=record.owner_id or record.author.workspace_member_id,
        rep_hint=_hint(record.author),
        created_at=record.created_at,
    )


def _note_content(record: NoteRecord) -> NoteContent:
    reading = read_note(record.title, record.body)
    return NoteContent(
        kind=reading.kind,
        form=reading.form,
        disposition=reading.disposition,
        duration_s=reading.duration_s,
        duration_in=reading.duration_in,
        how=reading.how,
        rep=record.author.workspace_member_id,
        rep_hint=_hint(record.author),
        created_at=record.created_at,
    )


def _hint(author: Author) -> str | None:
    """Of a record that no member made: the API key's name, which a map may give a rep."""
    return None if author.workspace_member_id else author.name or None
