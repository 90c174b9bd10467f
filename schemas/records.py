"""Records of Twenty as the worker knows them: ids as strings, times as aware UTC datetimes."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Author:
    """Who made a record: `source` is e.g. MANUAL or API; with an API key `name` is the key's."""

    source: str
    workspace_member_id: str | None
    name: str


@dataclass(frozen=True, slots=True)
class NoteRecord:
    """A note; its texts stay out of its repr."""

    id: str
    title: str | None = field(repr=False)
    body: str = field(repr=False)
    author: Author
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None


@dataclass(frozen=True, slots=True)
class NoteTargetRecord:
    """Which person a note is about; None when it is about something else, as a company."""

    id: str
    note_id: str | None
    person_id: str | None
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None


@dataclass(frozen=True, slots=True)
class OpportunityRecord:
    """A deal: its stage, its owner (workspace member) and its point of contact (person)."""

    id: str
    stage: str | None
    owner_id: str | None
    point_of_contact_id: str | None
    author: Author
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None


@dataclass(frozen=True, slots=True)
class WorkspaceMemberRecord:
    """A member; `name` is first and last name, `time_zone` an IANA name, `system` or None."""

    id: str
    name: str
    time_zone: str | None
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """A lead; `assigned_rep` is the value of the SELECT of that name, None where there is none or it is no text."""

    id: str
    assigned_rep: str | None
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None


TwentyRecord = NoteRecord | NoteTargetRecord | OpportunityRecord | PersonRecord | WorkspaceMemberRecord
