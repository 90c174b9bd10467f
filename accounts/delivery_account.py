"""One delivery whole: when each step was, how it was read, what it changed. Its text only on request, audited."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection

from accounts.awards_page import ToldAward
from accounts.errors import UnknownDelivery
from accounts.fact_way import FactWay, fact_way, write_of
from ledger import audit
from ledger.account_queries import AuditEntry, Write, audit_of_subject
from ledger.delivery_queries import KeptDelivery, ListedDelivery, delivery_bytes, kept_delivery
from ledger.record_queries import KeptVersion, deliveries_of, versions_of
from programs.progression.facts import KeptFact
from schemas.delivery import KEPT_HEADERS
from schemas.payloads import Unreadable, json_object
from schemas.told import updated_at

LAST_AUDIT_ROWS = 100


@dataclass(frozen=True, slots=True)
class Step:
    """A step on a delivery's way and when it was done: `sent`, `received`, `digested`, `fact`, `award`, `written`."""

    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DeliveryAccount:
    """What became of a delivery.

    `headers` are those of the allow-list, `size` is in bytes (0 once they are pruned). `version` is the state of the
    record that it told, as it was read, and `is_new` whether it was the first to tell it. `fact` is what all versions
    of the record say now; `awards` and `corrections` are what this very delivery led to, `write` carried the last of
    its XP to Twenty. `audit_log` is what people did with it, newest first.
    """

    delivery: KeptDelivery
    headers: Mapping[str, str]
    steps: Sequence[Step]
    version: KeptVersion | None
    is_new: bool
    fact: KeptFact | None
    awards: Sequence[ToldAward]
    corrections: Sequence[AuditEntry]
    write: Write | None
    audit_log: Sequence[AuditEntry]


def delivery_account(connection: Connection, delivery_id: int) -> DeliveryAccount:
    """The account of the delivery with this id. Errors: `UnknownDelivery`."""
    kept = kept_delivery(connection, delivery_id)
    if kept is None:
        raise UnknownDelivery(delivery_id)
    listed = kept.listed
    way = fact_way(connection, listed.record_key) if listed.record_key else None
    awards = _brought(way, listed)
    write = write_of(connection, [told.award for told in awards])
    version = _version(connection, listed)
    return DeliveryAccount(
        delivery=kept,
        headers={name: value for name, value in kept.headers.items() if name in KEPT_HEADERS},
        steps=list(_steps(kept, way, awards, write)),
        version=version,
        is_new=version is not None and version.first_seen_at == listed.received_at,
        fact=way.fact if way else None,
        awards=awards,
        corrections=_corrections(connection, listed),
        write=write,
        audit_log=audit_of_subject(connection, subject_of(delivery_id), LAST_AUDIT_ROWS),
    )


def subject_of(delivery_id: int) -> str:
    """What the audit log calls a delivery."""
    return f"delivery {delivery_id}"


def delivery_text(connection: Connection, delivery_id: int, actor: str) -> bytes:
    """What came, byte for byte (empty once it is pruned), for `actor`, of whom an audit row is kept.

    Errors: `UnknownDelivery`.
    """
    raw = delivery_bytes(connection, delivery_id)
    if raw is None:
        raise UnknownDelivery(delivery_id)
    audit.add(connection, actor=actor, action="read text", subject=subject_of(delivery_id))
    return raw


def _brought(way: FactWay | None, listed: ListedDelivery) -> Sequence[ToldAward]:
    return [told for told in way.awards if told.award.noticed_at == listed.received_at] if way else []


def _version(connection: Connection, listed: ListedDelivery) -> KeptVersion | None:
    """The one that it told first, else the one of its record with the time that its bytes give."""
    if listed.object is None or listed.record_id is None:
        return None
    told = deliveries_of(connection, listed.record_key) if listed.record_key else []
    versions = versions_of(connection, listed.object, listed.record_id, told)
    own = [version for version in versions if version.first_seen_at == listed.received_at]
    if own:
        return own[-1]
    at = _told_at(connection, listed.id)
    return next((version for version in versions if version.updated_at == at), None)


def _told_at(connection: Connection, delivery_id: int) -> datetime | None:
    try:
        told = updated_at(json_object(delivery_bytes(connection, delivery_id) or b""))
        at = datetime.fromisoformat(told) if told else None
    except (Unreadable, ValueError):
        return None
    return at if at is None or at.tzinfo else at.replace(tzinfo=UTC)


def _steps(kept: KeptDelivery, way: FactWay | None, awards: Sequence[ToldAward], write: Write | None) -> Iterator[Step]:
    """In the order in which they are made; what has not come to pass is left out."""
    listed = kept.listed
    yield Step("sent", kept.sent_at)
    yield Step("received", listed.received_at)
    if listed.digested_at:
        yield Step("digested", listed.digested_at)
        if way and way.fact:
            yield Step("fact", listed.digested_at)
    if awards:
        yield Step("award", min(told.award.awarded_at for told in awards))
    if write:
        yield Step("written", write.written_at)


def _corrections(connection: Connection, listed: ListedDelivery) -> list[AuditEntry]:
    """What it took back of what its record had said."""
    if listed.record_key is None:
        return []
    rows = audit_of_subject(connection, listed.record_key, LAST_AUDIT_ROWS)
    return [row for row in rows if row.cause == subject_of(listed.id)]
