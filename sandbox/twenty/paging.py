"""Order, limits and cursors of a list."""

import base64
import json
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cmp_to_key
from heapq import nlargest, nsmallest
from itertools import islice
from operator import itemgetter
from typing import Any

from sandbox.twenty.errors import RefusedError
from sandbox.twenty.schema import SUB_FIELDS, ObjectType, Row

DEFAULT_LIMIT = 60
MAX_LIMIT = 200

_DIRECTIONS = ("AscNullsFirst", "AscNullsLast", "DescNullsFirst", "DescNullsLast")
_ORDER = re.compile(r"([^\[\]]+)(?:\[([^\[\]]*)\])?")


@dataclass(frozen=True, slots=True)
class Order:
    """One part of `order_by`."""

    name: str
    direction: str

    def compare(self, one: Row, other: Row) -> int:
        left, right = one[self.name], other[self.name]
        if left == right:
            return 0
        if left is None or right is None:
            return -1 if (left is None) is self.direction.endswith("NullsFirst") else 1
        return -1 if (left < right) is self.direction.startswith("Asc") else 1


@dataclass(frozen=True, slots=True)
class Page:
    """`total` counts the rows of all pages together."""

    rows: list[Row]
    info: dict[str, Any]
    total: int


def read_limit(given: str | None) -> int:
    """At most 200, silently; 60 when nothing was asked. Raises RefusedError."""
    if given is None:
        return DEFAULT_LIMIT
    if not given.isdecimal():
        raise RefusedError(f"limit '{given}' is invalid. Should be an integer")
    return min(int(given), MAX_LIMIT)


def read_order(kind: ObjectType, given: str | None) -> list[Order]:
    """The order asked for, always ended by the id. Raises RefusedError."""
    asked = [_order(kind, part) for part in given.split(",")] if given else []
    by_id = [] if any(order.name == "id" for order in asked) else [Order("id", "AscNullsFirst")]
    return asked + by_id


def _order(kind: ObjectType, part: str) -> Order:
    found = _ORDER.fullmatch(part)
    name, direction = (found[1], found[2] or _DIRECTIONS[0]) if found else (part, _DIRECTIONS[0])
    if direction not in _DIRECTIONS:
        allowed = ", ".join(f"'{each}'" for each in _DIRECTIONS)
        raise RefusedError(
            f"'order_by' direction '{direction}' invalid. Allowed values are {allowed}. "
            "eg: ?order_by=field_1[AscNullsFirst],field_2[DescNullsLast],field_3"
        )
    if name not in kind.by_name or kind.by_name[name].type in SUB_FIELDS:
        message = f'Field "{name}" does not exist or is not sortable'
        raise RefusedError(message, error="Error", code="FIELD_NOT_FOUND")
    return Order(name, direction)


def is_by_id(order: list[Order]) -> bool:
    return order[0].name == "id" and order[0].direction.startswith("Asc")


def page(rows: Iterable[Row], order: list[Order], limit: int, *, after: str | None, before: str | None) -> Page:
    """The page after or before a cursor. Read backwards, its cursors are swapped, as Twenty's are.

    `rows` come in id order, and are read to their end for the total.
    """
    counted = _Counted(rows)
    if before is not None:
        return _backward(counted, order, limit, _bound(before, order))
    key, asked = _sort_key(order), iter(counted)
    if after is not None:
        bound = key(_bound(after, order))
        asked = (row for row in counted if key(row) > bound)
    found = _first(asked, limit + 1, order)
    taken = found[:limit]
    return Page(taken, _info(taken, order, has_next=len(found) > limit, has_previous=False), counted.total)


def first_page(rows: Iterable[Row], limit: int, total: int) -> Page:
    """The first of `rows`, which come in id order and are not read any further."""
    found = list(islice(rows, limit + 1))
    order = [Order("id", _DIRECTIONS[0])]
    return Page(found[:limit], _info(found[:limit], order, has_next=len(found) > limit, has_previous=False), total)


def cursor_id(cursor: str) -> str:
    """The id in a cursor of a list in id order. Raises RefusedError."""
    return str(_bound(cursor, [Order("id", _DIRECTIONS[0])])["id"])


class _Counted:
    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows = rows
        self.total = 0

    def __iter__(self) -> Iterator[Row]:
        for row in self._rows:
            self.total += 1
            yield row


def _backward(rows: _Counted, order: list[Order], limit: int, bound: Row) -> Page:
    key = _sort_key(order)
    edge = key(bound)
    found = _last((row for row in rows if key(row) < edge), limit + 1, order)
    taken = found[-limit:] if limit else []
    info = _info(taken[::-1], order, has_next=False, has_previous=len(found) > limit)
    return Page(taken, info, rows.total)


def _first(rows: Iterator[Row], number: int, order: list[Order]) -> list[Row]:
    if not is_by_id(order):
        return nsmallest(number, rows, key=_sort_key(order))
    found = list(islice(rows, number))
    deque(rows, maxlen=0)
    return found


def _last(rows: Iterator[Row], number: int, order: list[Order]) -> list[Row]:
    """In ascending order."""
    if is_by_id(order):
        return list(deque(rows, maxlen=number))
    return nlargest(number, rows, key=_sort_key(order))[::-1]


def _sort_key(order: list[Order]) -> Callable[[Row], Any]:
    if is_by_id(order):
        return itemgetter("id")

    def compare(one: Row, other: Row) -> int:
        return next((sign for each in order if (sign := each.compare(one, other))), 0)

    return cmp_to_key(compare)


def _info(rows: list[Row], order: list[Order], *, has_next: bool, has_previous: bool) -> dict[str, Any]:
    return {
        "startCursor": _cursor(rows[0], order) if rows else None,
        "endCursor": _cursor(rows[-1], order) if rows else None,
        "hasNextPage": has_next,
        "hasPreviousPage": has_previous,
    }


def _cursor(row: Row, order: list[Order]) -> str:
    values = {each.name: row[each.name] for each in order}
    return base64.b64encode(json.dumps(values, separators=(",", ":")).encode()).decode()


def _bound(cursor: str, order: list[Order]) -> Row:
    """The row that a cursor stands for, with the fields of the order only."""
    try:
        bound = json.loads(base64.b64decode(cursor, validate=True))
        return {each.name: bound[each.name] for each in order}
    except (ValueError, TypeError, KeyError):
        raise RefusedError(f"Invalid cursor: {cursor}") from None
