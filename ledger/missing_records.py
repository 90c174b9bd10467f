"""Records that Twenty did not have when it was asked for them, until they are confirmed or found again."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from ledger.tables import facts, missing_records

_c = missing_records.c


@dataclass(frozen=True, slots=True)
class MissingRecord:
    """Times by Twenty's clock: since when the record is known to be missing, and when it was missing again."""

    object: str
    record_id: str
    missing_at: datetime
    confirmed_at: datetime | None = None


def note_missing(connection: Connection, object_name: str, ids: Collection[str]) -> None:
    """The pass under way did not find these; nothing comes of it before the pass is through."""
    if not ids:
        return
    statement = insert(missing_records).values([{"object": object_name, "record_id": each} for each in sorted(ids)])
    anew = {"missing_at": None, "confirmed_at": None}
    connection.execute(statement.on_conflict_do_update(index_elements=["object", "record_id"], set_=anew))


def forget_noted(connection: Connection, object_name: str) -> None:
    """What a pass noted that did not end well."""
    connection.execute(delete(missing_records).where(_c.object == object_name, _c.missing_at.is_(None)))


def believe_noted(connection: Connection, object_name: str, missing_at: datetime) -> int:
    """The pass is through: what it noted waits to be confirmed; returns how many."""
    noted = update(missing_records).where(_c.object == object_name, _c.missing_at.is_(None))
    return connection.execute(noted.values(missing_at=missing_at)).rowcount


def count_live_noted(connection: Connection, object_name: str) -> int:
    """Those of the pass under way that nobody had deleted."""
    key = f"{object_name}:" + _c.record_id
    noted = select(func.count()).join_from(missing_records, facts, facts.c.key == key)
    return connection.execute(noted.where(_c.object == object_name, _c.missing_at.is_(None), facts.c.live)).scalar_one()


def confirmable(connection: Connection, object_name: str, watermark: datetime, limit: int) -> list[MissingRecord]:
    """Up to `limit` of those that were missing before a sweep began that is digested by now."""
    waiting = select(missing_records).where(
        _c.object == object_name, _c.confirmed_at.is_(None), _c.missing_at <= watermark
    )
    rows = connection.execute(waiting.order_by(_c.record_id).limit(limit))
    return [MissingRecord(row.object, row.record_id, row.missing_at) for row in rows]


def drop_missing(connection: Connection, object_name: str, ids: Collection[str]) -> None:
    """These were found again, or a webhook told of their end."""
    connection.execute(delete(missing_records).where(_c.object == object_name, _c.record_id.in_(ids)))


def confirm_missing(connection: Connection, object_name: str, ids: Collection[str], confirmed_at: datetime) -> None:
    """These were missing again."""
    confirmed = update(missing_records).where(_c.object == object_name, _c.record_id.in_(ids))
    connection.execute(confirmed.values(confirmed_at=confirmed_at))


def missing_record(connection: Connection, object_name: str, record_id: str) -> MissingRecord | None:
    """What is known of a record that is missing in Twenty, or was when it was last asked for."""
    found = select(missing_records).where(_c.object == object_name, _c.record_id == record_id)
    row = connection.execute(found.where(_c.missing_at.is_not(None))).one_or_none()
    return MissingRecord(row.object, row.record_id, row.missing_at, row.confirmed_at) if row else None


def count_waiting(connection: Connection) -> dict[str, tuple[int, datetime]]:
    """By object: how many wait to be confirmed, and since when the oldest."""
    waiting = select(_c.object, func.count(), func.min(_c.missing_at)).where(
        _c.confirmed_at.is_(None), _c.missing_at.is_not(None)
    )
    return {name: (count, oldest) for name, count, oldest in connection.execute(waiting.group_by(_c.object))}
