"""The way of one note or opportunity: deliveries, versions, how it was read, fact, awards, standing, write."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection

from accounts.awards_page import ToldAward
from accounts.errors import UnknownRecord
from accounts.fact_way import fact_way
from accounts.rep_account import RepStanding
from ledger.account_queries import AuditEntry, Write, audit_of_subject
from ledger.missing_records import MissingRecord, missing_record
from ledger.record_queries import Delivered, KeptVersion, deliveries_of, targets_of, versions_of
from programs.progression.facts import KeptFact

ObjectName = Literal["note", "opportunity"]
LAST_AUDIT_ROWS = 20


@dataclass(frozen=True, slots=True)
class RecordWay:
    """What became of a record. `targets` are a note's noteTargets' versions.

    `fact` is None when only a noteTarget told of the note; `twins` are the other notes of the same call. `awards` are
    those of its call and its appointment. `rep` is whose it is, None while nobody knows. `write` is the one that
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
    way = fact_way(connection, key)
    return RecordWay(
        object=object_name,
        id=record_id,
        deliveries=deliveries,
        versions=versions,
        targets=targets,
        fact=way.fact,
        twins=way.twins,
        awards=way.awards,
        rep=way.rep,
        write=way.write,
        audit_log=audit_of_subject(connection, key, LAST_AUDIT_ROWS),
        missing=missing_record(connection, object_name, record_id),
    )
