"""The way of one note or opportunity: deliveries, versions, how it was read, fact, awards, standing, write."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection

from accounts.awards_page import ToldAward, told
from accounts.errors import UnknownRecord, UnknownRep
from accounts.rep_account import RepStanding, rep_standing
from ledger.account_queries import AuditEntry, Write, audit_of_subject, write_carrying
from ledger.award_queries import KeptAward, awards_under
from ledger.facts import load_facts
from ledger.missing_records import MissingRecord, missing_record
from ledger.record_queries import Delivered, KeptVersion, deliveries_of, targets_of, versions_of
from programs.progression.awards import appointment_key
from programs.progression.facts import KeptFact

ObjectName = Literal["note", "opportunity"]
LAST_AUDIT_ROWS = 20


@dataclass(frozen=True, slots=True)
class RecordWay:
    """What became of a record. `targets` are a note's noteTargets' versions.

    `fact` is None when only a noteTarget told of the note; `twins` are the other notes of the same call. `awards` are
    those of its call and its appointment. `rep` is whose it is, None while nobody knows and for a rep who was
    forgotten. `write` is the one that
    carried the last of its XP to Twenty, None while some of it is not there. `missing` is set when Twenty did not have
    the record any more without having told so.
    """

    object: ObjectName
    id: str
    deliveries: Sequence[Delivered]
    versions: Sequence[KeptVersion]
    targets: Sequence[KeptVersion]
    fact: KeptFact | None
    twins: Sequence[KeptFact]
    awards: Sequence[ToldAward]
    rep: RepStanding | None
    write: Write | None
    audit_log: Sequence[AuditEntry]
    missing: MissingRecord | None


def record_way(connection: Connection, object_name: ObjectName, record_id: str) -> RecordWay:
    """The way of the note or opportunity with this id in Twenty. Errors: `UnknownRecord`."""
    key = f"{object_name}:{record_id}"
    deliveries = deliveries_of(connection, key)
    versions = versions_of(connection, object_name, record_id, deliveries)
    targets = targets_of(connection, record_id, deliveries) if object_name == "note" else []
    if not (deliveries or versions or targets):
        raise UnknownRecord(object_name, record_id)
    facts = load_facts(connection, [key])
    fact, twins = facts.get(key), [kept for kept in facts.values() if kept.fact.key != key]
    awards = _awards(connection, facts)
    return RecordWay(
        object=object_name,
        id=record_id,
        deliveries=deliveries,
        versions=versions,
        targets=targets,
        fact=fact,
        twins=twins,
        awards=told(connection, awards),
        rep=_rep(connection, fact.fact.rep) if fact and fact.fact.rep else None,
        write=_write(connection, awards),
        audit_log=audit_of_subject(connection, key, LAST_AUDIT_ROWS),
        missing=missing_record(connection, object_name, record_id),
    )


def _rep(connection: Connection, rep: str) -> RepStanding | None:
    try:
        return rep_standing(connection, rep)
    except UnknownRep:
        return None


def _awards(connection: Connection, facts: dict[str, KeptFact]) -> list[KeptAward]:
    """Those of its call (under its key or its twin's), and of an appointment that one of them set."""
    found = awards_under(connection, {*facts, *_appointments(facts.values())})
    return [award for award in found if award.fact_key in facts or award.cause in facts]


def _appointments(facts: Iterable[KeptFact]) -> set[str]:
    return {appointment_key(kept.paid_rep, kept.paid_lead) for kept in facts if kept.paid_rep and kept.paid_lead}


def _write(connection: Connection, awards: Sequence[KeptAward]) -> Write | None:
    """The one that carried the last; None for what paid nothing, or what Twenty does not have all of yet."""
    paid = [award for award in awards if award.amount]
    published = sorted((award.published_at, award.rep) for award in paid if award.published_at)
    if not paid or len(published) < len(paid):
        return None
    at, rep = published[-1]
    return write_carrying(connection, rep, at)
