"""What the ledger kept of one record of Twenty: deliveries without their bytes, and versions. Reads only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, select

from ledger.tables import deliveries, missing_records, record_versions


@dataclass(frozen=True, slots=True)
class Delivered:
    """A delivery that told of the record, and what became of it."""

    source: str
    received_at: datetime
    state: str
    reason: str | None
    duplicates: int


@dataclass(frozen=True, slots=True)
class KeptVersion:
    """A state of a record. `content` is how it was read; `swept_at` the last sweep that saw it.

    `brought_by` is `webhook`, `sweep` or `missing` (Twenty did not have the record any more): what brought it first.
    """

    record_id: str
    updated_at: datetime
    deleted_at: datetime | None
    destroyed_at: datetime | None
    swept_at: datetime | None
    first_seen_at: datetime
    brought_by: str
    content: Mapping[str, Any]


def deliveries_of(connection: Connection, record_key: str) -> list[Delivered]:
    """All that are kept still, oldest first; a note's noteTargets are among its own."""
    c = deliveries.c
    columns = (c.source, c.received_at, c.state, c.reason, c.duplicates)
    found = connection.execute(select(*columns).where(c.record_key == record_key).order_by(c.id))
    return [Delivered(*row) for row in found]


def versions_of(
    connection: Connection, object_name: str, record_id: str, told: Sequence[Delivered]
) -> list[KeptVersion]:
    """All versions of a record, oldest first. `told` are its deliveries."""
    c = record_versions.c
    return _versions(connection, (c.object == object_name) & (c.record_id == record_id), told)


def targets_of(connection: Connection, note_id: str, told: Sequence[Delivered]) -> list[KeptVersion]:
    """All versions of the noteTargets that ever pointed to a note, by noteTarget, oldest first."""
    c = record_versions.c
    pointing = select(c.record_id).where(c.object == "noteTarget", c.parent_id == note_id)
    return _versions(connection, (c.object == "noteTarget") & c.record_id.in_(pointing), told)


def _versions(connection: Connection, condition: ColumnElement[bool], told: Sequence[Delivered]) -> list[KeptVersion]:
    c = record_versions.c
    source_at = {delivery.received_at: delivery.source for delivery in told}
    confirmed = and_(
        missing_records.c.object == c.object,
        missing_records.c.record_id == c.record_id,
        missing_records.c.confirmed_at == c.destroyed_at,
    )
    found = select(record_versions, missing_records.c.confirmed_at).outerjoin(missing_records, confirmed)
    rows = connection.execute(found.where(condition).order_by(c.record_id, c.updated_at, c.id))
    return [_kept(row, source_at.get(row.first_seen_at)) for row in rows]


def _kept(row: Any, source: str | None) -> KeptVersion:
    """Of a version of an older release only its delivery says who brought it, and once that is pruned, a guess."""
    guessed = source == "sweep" if source else row.swept_at is not None
    swept = guessed if row.told_at is None else row.told_at > row.first_seen_at
    seen_by = "sweep" if swept else "webhook"
    return KeptVersion(
        record_id=row.record_id,
        updated_at=row.updated_at,
        deleted_at=row.deleted_at,
        destroyed_at=row.destroyed_at,
        swept_at=row.swept_at,
        first_seen_at=row.first_seen_at,
        brought_by="missing" if row.confirmed_at else seen_by,
        content=row.data,
    )
