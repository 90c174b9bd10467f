"""Looking for deliveries: by what became of them, by whom they came, by time and rep, newest first.

One index holds all deliveries by (state, source, object, reason), newest last in each such group. There are few groups,
so all that matches a filter is the newest of the groups that match it, however many deliveries there are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, text

from ledger.inbox import State
from schemas.delivery import Source

_OBJECT = "told_object(d.event, d.source, d.key, d.record_key)"
_REASON = "COALESCE(d.reason, '')"
_GROUP = f"d.state, d.source, {_OBJECT}, {_REASON}"
# At most so many of the newest are looked through for a rep's, before all of the rep's own are.
_WALK = 500
_EVER = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class DeliveryFilter:
    """Which deliveries: all that is given must be so.

    `reason` is a part of the reason, in any case; `object` what the event is of (`note`, `battle`); `rep` the member
    whose fact the delivery tells of; received at `since` or later and before `until`.
    """

    state: State | None = None
    source: Source | None = None
    object: str | None = None
    rep: str | None = None
    reason: str | None = None
    since: datetime | None = None
    until: datetime | None = None


class DeliveryGroup(NamedTuple):
    """Deliveries of one kind; `object` and `reason` may be empty."""

    state: str
    source: str
    object: str
    reason: str


Position = tuple[datetime, int]

_GROUPS = f"""
    WITH RECURSIVE found AS (
        (SELECT d.state, d.source, {_OBJECT} AS object, {_REASON} AS reason
         FROM deliveries d ORDER BY {_GROUP} LIMIT 1)
        UNION ALL
        SELECT next.* FROM found f CROSS JOIN LATERAL (
            SELECT {_GROUP} FROM deliveries d
            WHERE ({_GROUP}) > (f.state, f.source, f.object, f.reason) ORDER BY {_GROUP} LIMIT 1
        ) next
    )
    SELECT state, source, object, reason FROM found
"""
_OF_GROUPS = (
    "unnest(CAST(:states AS text[]), CAST(:sources AS text[]), CAST(:objects AS text[]), CAST(:reasons AS text[]))"
    " AS g (state, source, object, reason)"
)
_IN_GROUP = (
    f"d.state = g.state AND d.source = g.source AND {_OBJECT} = g.object AND {_REASON} = g.reason"
    " AND d.received_at >= :since AND d.received_at < :until"
)
_BEHIND = "(d.received_at, d.id) < (:before_at, :before_id)"
_NEWEST = f"""
    SELECT d.id, d.received_at FROM {_OF_GROUPS} CROSS JOIN LATERAL (
        SELECT d.id, d.received_at FROM deliveries d WHERE {_IN_GROUP} AND {_BEHIND}
        ORDER BY d.state DESC, d.source DESC, {_OBJECT} DESC, {_REASON} DESC, d.received_at DESC, d.id DESC LIMIT :most
    ) d ORDER BY d.received_at DESC, d.id DESC LIMIT :most
"""
_OF_REP = "d.record_key IN (SELECT f.key FROM facts f WHERE f.rep = :rep)"
_OWN = f"deliveries d JOIN {_OF_GROUPS} ON {_IN_GROUP} WHERE {_OF_REP}"


def delivery_groups(connection: Connection, wanted: DeliveryFilter) -> list[DeliveryGroup]:
    """The groups in which something can match."""
    found = (DeliveryGroup(*row) for row in connection.execute(text(_GROUPS)))
    return [group for group in found if _fits(group, wanted)]


def _fits(group: DeliveryGroup, wanted: DeliveryFilter) -> bool:
    return (
        wanted.state in (None, group.state)
        and wanted.source in (None, group.source)
        and wanted.object in (None, group.object)
        and (wanted.reason or "").lower() in group.reason.lower()
    )


def newest_matching(
    connection: Connection, wanted: DeliveryFilter, most: int, before: Position | None = None
) -> list[int]:
    """The ids of up to `most` that match, newest first, behind the one at `before` (received_at, id) if given."""
    values = _values(connection, wanted)
    place = {"before_at": before[0], "before_id": before[1]} if before else {"before_at": _EVER[1], "before_id": 0}
    if wanted.rep is None:
        return _ids(connection, _NEWEST, {**values, **place, "most": most})
    return _newest_of_rep(connection, {**values, **place}, most)


def _newest_of_rep(connection: Connection, values: Mapping[str, Any], most: int) -> list[int]:
    """Who works now is found among the newest; of whom else all deliveries are looked up."""
    walked = f"WITH newest AS MATERIALIZED ({_NEWEST.replace(':most', ':walk')})"
    near = f"{walked} SELECT d.id FROM newest n JOIN deliveries d ON d.id = n.id WHERE {_OF_REP}"
    order = " ORDER BY d.received_at DESC, d.id DESC LIMIT :most"
    values = {**values, "most": most, "walk": _WALK}
    found = _ids(connection, near + order, values)
    if len(found) == most:
        return found
    return _ids(connection, f"SELECT d.id FROM {_OWN} AND {_BEHIND}{order}", values)


def count_by_group(connection: Connection, wanted: DeliveryFilter) -> dict[DeliveryGroup, int]:
    """How many match, by group; groups without any are left out."""
    values = _values(connection, wanted)
    columns = "g.state, g.source, g.object, g.reason"
    counted = (
        f"SELECT {columns}, n FROM {_OF_GROUPS} CROSS JOIN LATERAL"
        f" (SELECT count(*) AS n FROM deliveries d WHERE {_IN_GROUP}) c WHERE n > 0"
        if wanted.rep is None
        else f"SELECT {columns}, count(*) AS n FROM {_OWN} GROUP BY {columns}"
    )
    return {DeliveryGroup(*row[:4]): row[4] for row in connection.execute(text(counted), values)}


def matching_ids(connection: Connection, wanted: DeliveryFilter) -> list[int]:
    """The ids of all that match, oldest first."""
    every = f"SELECT d.id FROM deliveries d JOIN {_OF_GROUPS} ON {_IN_GROUP}"
    owned = f" WHERE {_OF_REP}" if wanted.rep else ""
    return _ids(connection, f"{every}{owned} ORDER BY d.id", _values(connection, wanted))


def _values(connection: Connection, wanted: DeliveryFilter) -> dict[str, Any]:
    groups = delivery_groups(connection, wanted)
    return {
        "states": [group.state for group in groups],
        "sources": [group.source for group in groups],
        "objects": [group.object for group in groups],
        "reasons": [group.reason for group in groups],
        "since": wanted.since or _EVER[0],
        "until": wanted.until or _EVER[1],
        "rep": wanted.rep,
    }


def _ids(connection: Connection, query: str, values: Mapping[str, Any]) -> list[int]:
    return [row.id for row in connection.execute(text(query), {**values})]
