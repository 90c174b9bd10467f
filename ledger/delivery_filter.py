"""Looking for deliveries: by what became of them, by whom they came, by time and rep, newest first.

Deliveries of the same state, source, object and reason are a group, of which there are few. One index holds each
group's deliveries, newest last, so whatever is asked for is the newest of some groups, however many there are.
"""

# ruff: noqa: S608 - the queries are put together from the constants below alone

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, text

from ledger.inbox import State
from schemas.delivery import Source

_OBJECT = "told_object(d.event, d.source, d.key, d.record_key)"
_KEY = f"delivery_group(d.state, d.source, {_OBJECT}, d.reason)"
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
    """Deliveries of one kind; `object` and `reason` may be empty. `key` is the index's."""

    key: int
    state: str
    source: str
    object: str
    reason: str


Position = tuple[datetime, int]

_NAMED = f"SELECT {_KEY} AS key, d.state, d.source, {_OBJECT} AS object, COALESCE(d.reason, '') AS reason"
_GROUPS = f"""
    WITH RECURSIVE found AS (
        ({_NAMED} FROM deliveries d ORDER BY {_KEY} LIMIT 1)
        UNION ALL
        SELECT next.* FROM found f CROSS JOIN LATERAL (
            {_NAMED} FROM deliveries d WHERE {_KEY} > f.key ORDER BY {_KEY} LIMIT 1
        ) next
    )
    SELECT * FROM found
"""
_OF_GROUPS = "unnest(CAST(:keys AS bigint[])) AS g (key)"
_IN_GROUP = f"{_KEY} = g.key AND d.received_at >= :since AND d.received_at < :until"
_BEHIND = "(d.received_at, d.id) < (:before_at, :before_id)"
_NEWEST = f"""
    SELECT d.id, d.received_at FROM {_OF_GROUPS} CROSS JOIN LATERAL (
        SELECT d.id, d.received_at FROM deliveries d WHERE {_IN_GROUP} AND {_BEHIND}
        ORDER BY d.received_at DESC, d.id DESC LIMIT :most
    ) d ORDER BY d.received_at DESC, d.id DESC LIMIT :most
"""
# Of a rep's deliveries the index of records holds all but what few ask for beside the rep.
_OWN = f"""
    SELECT d.id, d.received_at FROM facts f CROSS JOIN LATERAL (
        SELECT d.id, d.received_at FROM deliveries d
        WHERE d.record_key = f.key AND d.received_at >= :since AND d.received_at < :until
        AND {_BEHIND} AND (CAST(:state AS text) IS NULL OR d.state = :state) OFFSET 0
    ) d WHERE f.rep = :rep ORDER BY d.received_at DESC, d.id DESC
"""
_OWN_KEYS = f"""
    SELECT o.id, o.received_at, d.key FROM ({_OWN}) o
    CROSS JOIN LATERAL (SELECT {_KEY} AS key FROM deliveries d WHERE d.id = o.id OFFSET 0) d
    WHERE d.key = ANY(CAST(:keys AS bigint[])) ORDER BY o.received_at DESC, o.id DESC
"""


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
    values = {**_values(_keys(connection, wanted), wanted, before), "most": most}
    return _ids(connection, _NEWEST if wanted.rep is None else f"{_own(wanted)} LIMIT :most", values)


def _own(wanted: DeliveryFilter) -> str:
    return _OWN_KEYS if wanted.source or wanted.object or wanted.reason else _OWN


def count_by_group(connection: Connection, wanted: DeliveryFilter, most: int | None = None) -> dict[DeliveryGroup, int]:
    """How many match, by group, of each `most` at most; groups without any are left out.

    What is counted is looked up: with `most` the answer is as quick on a large ledger as on a small one.
    """
    groups = {group.key: group for group in delivery_groups(connection, wanted)}
    within = f"SELECT count(*) AS n FROM (SELECT FROM deliveries d WHERE {_IN_GROUP} LIMIT :most) d"
    counted = (
        f"SELECT g.key, n FROM {_OF_GROUPS} CROSS JOIN LATERAL ({within}) c WHERE n > 0"
        if wanted.rep is None
        else f"SELECT o.key, count(*) AS n FROM ({_OWN_KEYS}) o GROUP BY o.key"
    )
    rows = connection.execute(text(counted), {**_values(groups, wanted), "most": most})
    return {groups[row.key]: row.n for row in rows}


def matching_ids(connection: Connection, wanted: DeliveryFilter) -> list[int]:
    """The ids of all that match, oldest first."""
    every = f"SELECT d.id FROM {_OF_GROUPS} JOIN deliveries d ON {_IN_GROUP}"
    query = every if wanted.rep is None else _own(wanted)
    return sorted(_ids(connection, query, _values(_keys(connection, wanted), wanted)))


def _values(keys: Iterable[int], wanted: DeliveryFilter, before: Position | None = None) -> dict[str, Any]:
    at, delivery_id = before or (_EVER[1], 0)
    place = {"before_at": at, "before_id": delivery_id}
    span = {"since": wanted.since or _EVER[0], "until": wanted.until or _EVER[1]}
    return {"keys": list(keys), "rep": wanted.rep, "state": wanted.state, **span, **place}


def _keys(connection: Connection, wanted: DeliveryFilter) -> list[int]:
    return [group.key for group in delivery_groups(connection, wanted)]


def _ids(connection: Connection, query: str, values: Mapping[str, Any]) -> list[int]:
    return [row.id for row in connection.execute(text(query), {**values})]
