"""Honouring that a rep was forgotten: what comes in of theirs is emptied as it is digested.

A note or an opportunity leaves a blank version, so that comparing counts with Twenty finds nothing missing; a member
and RedHawk's events leave nothing.
"""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection

from ledger.attribution import member_names
from ledger.forgotten import Forgotten, load_forgotten
from ledger.inbox import Delivery
from ledger.versions import SeenVersion
from programs.progression.attribution import select_value
from programs.progression.contents import NoteContent, OpportunityContent, PersonContent, RecordContent, TrainingContent
from programs.progression.forgetting import blanked, hidden
from schemas.contents import content_hash
from worker.reading import Reading, read_delivery


def honoured(connection: Connection, deliveries: Sequence[Delivery]) -> list[Reading]:
    """Each delivery as it was read, less what is of somebody forgotten."""
    forgotten = load_forgotten(connection)
    if not forgotten.reps:
        return [read_delivery(delivery) for delivery in deliveries]
    taken = {select_value(name) for name in member_names(connection).values()} if forgotten.values else set()
    return [_honoured(read_delivery(delivery), delivery.raw, forgotten, taken) for delivery in deliveries]


def _honoured(reading: Reading, raw: bytes, forgotten: Forgotten, taken: set[str]) -> Reading:
    names = any(rep.encode() in raw for rep in forgotten.reps)
    if (reading.member and reading.member.id in forgotten.reps) or (reading.problem and names):
        return Reading(reading.delivery_id, forgotten=True)
    if reading.seen is None:
        return replace(reading, names_forgotten=names)
    return _without(reading, reading.seen, names, forgotten, taken)


def _without(reading: Reading, seen: SeenVersion, names: bool, forgotten: Forgotten, taken: set[str]) -> Reading:
    content = seen.version.content
    if isinstance(content, TrainingContent) and content.rep_hint in forgotten.redhawk_ids:
        return Reading(reading.delivery_id, forgotten=True)
    if isinstance(content, NoteContent | OpportunityContent) and content.rep in forgotten.reps:
        return replace(reading, seen=_saying(seen, blanked(content)), forgotten=True)
    if isinstance(content, PersonContent) and _is_hidden(content.assigned_rep, forgotten, taken):
        return replace(reading, seen=_saying(seen, PersonContent(None)), names_forgotten=True)
    return replace(reading, names_forgotten=names)


def _is_hidden(value: str | None, forgotten: Forgotten, taken: set[str]) -> bool:
    """A value that a member who is there goes by is that one's name too."""
    return value is not None and value not in taken and hidden(value) in forgotten.values


def _saying(seen: SeenVersion, content: RecordContent) -> SeenVersion:
    version = seen.version
    told = replace(version, content=content, content_hash=content_hash(content, version.deleted_at))
    return replace(seen, version=told)
