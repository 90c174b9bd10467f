"""Twenty's filter language: `field[op]:value`, joined by `and(...)` and `or(...)`.

Text is put between double quotes. There is no escape for a double quote inside, and round brackets are
counted even between quotes (an unmatched one is a 400), so such values are refused here. `in` with an empty
list is a 400 too.
"""

import math
import re
from collections.abc import Collection
from datetime import UTC, datetime
from typing import TypeAlias

Scalar: TypeAlias = str | int | float | bool | datetime

_FIELD = re.compile(r"[A-Za-z]\w*(\.[A-Za-z]\w*)?")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def eq(field: str, value: Scalar) -> str:
    """Rows whose field equals the value. Not for dates in a PATCH: custom objects answer 500."""
    return _term(field, "eq", _literal(value))


def gte(field: str, value: Scalar) -> str:
    """Rows whose field is the value or greater."""
    return _term(field, "gte", _literal(value))


def lte(field: str, value: Scalar) -> str:
    """Rows whose field is the value or less."""
    return _term(field, "lte", _literal(value))


def lt(field: str, value: Scalar) -> str:
    """Rows whose field is less than the value."""
    return _term(field, "lt", _literal(value))


def in_(field: str, values: Collection[str]) -> str:
    """Rows whose field is one of the values.

    Raises ValueError for no values at all, or one with a comma.
    """
    if not values:
        raise ValueError("an `in` filter needs at least one value")
    if any("," in value for value in values):
        raise ValueError("a value of an `in` filter must not hold a comma")
    return _term(field, "in", f"[{','.join(_quoted(value) for value in values)}]")


def is_null(field: str) -> str:
    """Rows whose field is empty."""
    return _term(field, "is", "NULL")


def is_not_null(field: str) -> str:
    """Rows whose field has a value. Soft-deleted rows come only when the filter names `deletedAt`."""
    return _term(field, "is", "NOT_NULL")


def is_uuid(text: str) -> bool:
    """Whether Twenty takes it for an id: another text beside ids is a 400 for all of them."""
    return _UUID.fullmatch(text) is not None


def and_(*filters: str) -> str:
    """Rows that match every one of the filters."""
    return _joined("and", filters)


def or_(*filters: str) -> str:
    """Rows that match at least one of the filters."""
    return _joined("or", filters)


def _joined(word: str, filters: tuple[str, ...]) -> str:
    if not filters or not all(filters):
        raise ValueError(f"`{word}` needs filters, none of them empty")
    return filters[0] if len(filters) == 1 else f"{word}({','.join(filters)})"


def _term(field: str, operator: str, literal: str) -> str:
    if not _FIELD.fullmatch(field):
        raise ValueError("not the name of a field")
    return f"{field}[{operator}]:{literal}"


def _literal(value: Scalar) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return _quoted(timestamp(value))
    return _quoted(value) if isinstance(value, str) else _number(value)


def timestamp(moment_at: datetime) -> str:
    """The moment as Twenty writes it: UTC, milliseconds, `Z`. Raises ValueError for a naive datetime."""
    if moment_at.tzinfo is None:
        raise ValueError("a timestamp needs a time zone")
    return moment_at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _number(value: float) -> str:
    if not math.isfinite(value):
        raise ValueError("a filter needs a finite number")
    return repr(value)


def _quoted(text: str) -> str:
    if '"' in text or not text.isprintable() or not _brackets_match(text):
        raise ValueError("Twenty's filters cannot express this text")
    return f'"{text}"'


def _brackets_match(text: str) -> bool:
    depth = 0
    for character in text:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth < 0:
            return False
    return depth == 0
