"""Deliveries for people to look at, with whose they are; of the bytes nothing but `delivery_bytes`. Reads only."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, func, select

from ledger.tables import deliveries, facts, members

_c = deliveries.c


@dataclass(frozen=True, slots=True)
class ListedDelivery:
    """A delivery in a list. `object` and `action` are its event's (`note`, `created`), `record_id` its record's.

    Each is None where nobody knows. `rep` is whose fact it tells of, now; `name` is that rep's. `retry_at`: parked for
    a while only. `record_key` is the fact's key.
    """

    id: int
    source: str
    object: str | None
    action: str | None
    record_id: str | None
    record_key: str | None
    rep: str | None
    name: str | None
    received_at: datetime
    state: str
    reason: str | None
    duplicates: int
    digested_at: datetime | None
    retry_at: datetime | None


@dataclass(frozen=True, slots=True)
class Dismissal:
    """Who dismissed a delivery, when and why."""

    at: datetime
    by: str
    because: str


@dataclass(frozen=True, slots=True)
class KeptDelivery:
    """One delivery whole, but for its bytes: `size` is how many, 0 once they are pruned (at `pruned_at`, if known)."""

    listed: ListedDelivery
    sent_at: datetime
    headers: Mapping[str, str]
    size: int
    pruned_at: datetime | None
    tries: int
    dismissal: Dismissal | None


_OBJECT = func.nullif(func.told_object(_c.event, _c.source, _c.key, _c.record_key), "")
_ACTION = func.nullif(func.split_part(_c.event, ".", 2), "")
_RECORD_ID = func.coalesce(_c.record_id, func.substr(_c.record_key, func.strpos(_c.record_key, ":") + 1))
_LISTED = (
    *(_c.id, _c.source, _OBJECT.label("object"), _ACTION.label("action"), _RECORD_ID.label("record_id")),
    *(_c.record_key, facts.c.rep, members.c.name, _c.received_at, _c.state, _c.reason, _c.duplicates),
    *(_c.digested_at, _c.retry_at),
)
_JOINED = deliveries.outerjoin(facts, facts.c.key == _c.record_key).outerjoin(members, members.c.id == facts.c.rep)


def listed_deliveries(connection: Connection, ids: Collection[int]) -> list[ListedDelivery]:
    """These deliveries, newest first."""
    found = select(*_LISTED).select_from(_JOINED).where(_c.id.in_(ids)).order_by(_c.received_at.desc(), _c.id.desc())
    return [_listed(row) for row in connection.execute(found).mappings()]


def kept_delivery(connection: Connection, delivery_id: int) -> KeptDelivery | None:
    """The delivery with this id."""
    more = (_c.sent_at, _c.headers, func.coalesce(func.length(_c.raw), 0).label("size"), _c.pruned_at, _c.tries)
    dismissed = (_c.dismissed_at, _c.dismissed_by, _c.dismissed_because)
    query = select(*_LISTED, *more, *dismissed).select_from(_JOINED).where(_c.id == delivery_id)
    row = connection.execute(query).mappings().first()
    if row is None:
        return None
    dismissal = (row["dismissed_at"], row["dismissed_by"], row["dismissed_because"])
    return KeptDelivery(
        listed=_listed(row),
        sent_at=row["sent_at"],
        headers=row["headers"] or {},
        size=row["size"],
        pruned_at=row["pruned_at"],
        tries=row["tries"],
        dismissal=Dismissal(*dismissal) if row["dismissed_at"] else None,
    )


def delivery_bytes(connection: Connection, delivery_id: int) -> bytes | None:
    """What came, byte for byte; empty once it is pruned, None for a delivery that is not there."""
    row = connection.execute(select(_c.raw).where(_c.id == delivery_id)).first()
    return None if row is None else bytes(row.raw or b"")


def _listed(row: RowMapping) -> ListedDelivery:
    values: dict[str, Any] = {name: row[name] for name in ListedDelivery.__slots__}
    return ListedDelivery(**values)
