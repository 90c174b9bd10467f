"""Requests to Twenty's REST API, as values. No I/O."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from urllib.parse import quote, urlencode
from uuid import UUID

JSON: TypeAlias = Any
Row: TypeAlias = dict[str, Any]

MOST_ROWS = 200  # a list or a batch of one call, since Twenty 1.6
WEBHOOKS = "/rest/metadata/webhooks"
_PLURAL = re.compile(r"[A-Za-z][A-Za-z0-9]*")


@dataclass(frozen=True)
class Request:
    """One call: its query values and body stay out of its repr."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    body: JSON | None = field(default=None, repr=False)

    @property
    def line(self) -> str:
        """Method, path and the query's keys without their values: `GET /rest/notes?filter&limit`."""
        keys = "&".join(key for key, _ in self.query)
        return f"{self.method} {self.path}{'?' if keys else ''}{keys}"

    @property
    def target(self) -> str:
        """Path and encoded query, to be put after the base URL."""
        return f"{self.path}?{urlencode(self.query, quote_via=quote)}" if self.query else self.path

    @property
    def payload(self) -> bytes | None:
        """The body as JSON bytes. Raises ValueError for NaN and infinities, TypeError for what is no JSON."""
        return None if self.body is None else json.dumps(self.body, allow_nan=False).encode()

    @property
    def costs_token(self) -> bool:
        """Whether Twenty takes a token of the workspace's bucket for it: metadata calls are free."""
        return not self.path.startswith("/rest/metadata/")

    @property
    def is_of_webhooks(self) -> bool:
        """Whether it is about webhooks, whose answers have a form of their own."""
        return self.path.startswith(WEBHOOKS)

    @property
    def repeatable(self) -> bool:
        """Whether sending it twice does no more than once: a plain POST could create a second row."""
        return self.method != "POST" or ("upsert", "true") in self.query


def list_rows(
    plural: str,
    *,
    filter: str | None = None,
    limit: int = MOST_ROWS,
    starting_after: str | None = None,
    order_by: str | None = None,
) -> Request:
    """A page of 1 to 200 rows; in id order without `order_by`, whose paging has had bugs in Twenty."""
    if not 1 <= limit <= MOST_ROWS:
        raise ValueError(f"limit must be 1 to {MOST_ROWS}")
    if filter is not None and not filter.strip():
        raise ValueError("a filter must not be blank")
    asked = {
        "filter": filter,
        "order_by": order_by,
        "limit": str(limit),
        "starting_after": starting_after,
    }
    return Request("GET", _path(plural), tuple((key, value) for key, value in asked.items() if value is not None))


def create(plural: str, row: Mapping[str, Any]) -> Request:
    """A new row; Duplicate if its id or a unique field's value is taken."""
    return Request("POST", _path(plural), body=_without_nul(row))


def batch_create(plural: str, rows: Sequence[Mapping[str, Any]]) -> Request:
    """New rows in one call, all or none: Duplicate if an id or a unique field's value of one is taken.

    Raises ValueError unless there are 1 to 200.
    """
    return Request("POST", _path(plural, "batch/"), body=_batch(rows))


def batch_upsert(plural: str, rows: Sequence[Mapping[str, Any]]) -> Request:
    """Rows created or changed in one call, matched by `id` or a unique field; fields not sent stay.

    A soft-deleted row that matches is revived. Raises ValueError unless there are 1 to 200.
    """
    return Request("POST", _path(plural, "batch/"), (("upsert", "true"),), _batch(rows))


def patch_where(plural: str, filter: str, changes: Mapping[str, Any]) -> Request:
    """Change the rows that match: a compare-and-set when the filter names what was read.

    The answer lists the rows changed; an empty list means the race was lost. Raises ValueError for a blank
    filter, which would change every row.
    """
    if not filter.strip():
        raise ValueError("a change needs a filter")
    return Request("PATCH", _path(plural), (("filter", filter),), _without_nul(changes))


def destroy(plural: str, row_id: UUID) -> Request:
    """A hard delete; NotFound if the row is gone."""
    return Request("DELETE", f"{_path(plural)}/{row_id}")


def list_objects(starting_after: str | None = None) -> Request:
    """A page of the workspace's objects with their fields."""
    after = (("starting_after", starting_after),) if starting_after else ()
    return Request("GET", "/rest/metadata/objects", (("limit", str(MOST_ROWS)), *after))


def create_object(singular: str, plural: str, *, label: str, label_plural: str, description: str, icon: str) -> Request:
    """A new custom object, with Twenty's own fields."""
    names = {"nameSingular": singular, "namePlural": plural, "labelSingular": label, "labelPlural": label_plural}
    return Request("POST", "/rest/metadata/objects", body={**names, "description": description, "icon": icon})


def create_field(
    object_id: str, name: str, field_type: str, *, label: str, description: str, icon: str, unique: bool
) -> Request:
    """A new field of an object, which may be empty; a unique one takes no default."""
    shown = {"label": label, "description": description, "icon": icon}
    kind = {"objectMetadataId": object_id, "type": field_type, "name": name, "isNullable": True}
    return Request("POST", "/rest/metadata/fields", body=kind | shown | ({"isUnique": True} if unique else {}))


def _batch(rows: Sequence[Mapping[str, Any]]) -> list[JSON]:
    if not 1 <= len(rows) <= MOST_ROWS:
        raise ValueError(f"a batch holds 1 to {MOST_ROWS} rows")
    return [_without_nul(row) for row in rows]


def _path(plural: str, before: str = "") -> str:
    if not _PLURAL.fullmatch(plural):
        raise ValueError("not the plural name of an object")
    return f"/rest/{before}{plural}"


def _without_nul(value: JSON) -> JSON:
    """The value without NUL characters: PostgreSQL cannot hold them, and Twenty would answer 500 for ever."""
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, Mapping):
        return {_without_nul(key): _without_nul(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nul(each) for each in value]
    return value
