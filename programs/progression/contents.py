"""What is kept of a record's version: the reading, never the text."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class NoteContent:
    """How a note was read. `rep` is its author's workspace member id, `rep_hint` the API key's name otherwise."""

    kind: str
    form: str
    disposition: str | None
    duration_s: int | None
    duration_in: str | None
    how: str
    rep: str | None
    rep_hint: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class NoteTargetContent:
    """Which person (the lead) a note is about."""

    id: str
    note_id: str | None
    person_id: str | None


@dataclass(frozen=True, slots=True)
class OpportunityContent:
    """A deal's stage, whose it is, and with whom (`contact`: the point of contact's person id)."""

    stage: str | None
    contact: str | None
    rep: str | None
    rep_hint: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class TrainingContent:
    """What RedHawk told: `kind` module, exam, certification, battle or mentorship.

    `subject` is the module, exam type, certification, boss level or mentee; `score` is in percent;
    `outcome` is a battle's.
    """

    kind: str
    rep_hint: str
    subject: str
    score: Decimal | None
    outcome: str | None


@dataclass(frozen=True, slots=True)
class PersonContent:
    """Which rep a lead is assigned to: the value of `assignedRep` (`attribution.select_value`); None: nobody."""

    assigned_rep: str | None


RecordContent = NoteContent | NoteTargetContent | OpportunityContent | TrainingContent | PersonContent
