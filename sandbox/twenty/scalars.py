"""One scalar value each: what Twenty accepts, how it stores it, and how it refuses the rest."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from sandbox.twenty.clock import from_stamp, to_stamp
from sandbox.twenty.errors import RefusedError
from sandbox.twenty.schema import Field

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_EXACT_TO = 2**53


def is_uuid(value: Any) -> bool:
    return isinstance(value, str) and _UUID.fullmatch(value) is not None


def text(value: Any, name: str) -> str:
    if not isinstance(value, str):
        raise RefusedError(f'Invalid string value {json.dumps(value)} for text field "{name}"')
    return value


def number(value: Any, name: str) -> int | float:
    """A JSON number; a whole number beyond 2**53 loses its last digits, as in JavaScript."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise RefusedError(f"Invalid number value '{value}' for field \"{name}\"")
    return int(float(value)) if isinstance(value, int) and abs(value) > _EXACT_TO else value


def whole_number(value: Any, name: str) -> int:
    """A number or a string of digits, cut to a whole number."""
    try:
        return int(float(value)) if isinstance(value, float) else int(value)
    except (TypeError, ValueError):
        raise RefusedError(f'Invalid number value NaN for field "{name}"') from None


def boolean(value: Any, name: str) -> bool:
    if not isinstance(value, bool):
        raise RefusedError(f"Invalid boolean value '{value}' for field \"{name}\"")
    return value


def uuid(value: Any, name: str) -> str:
    if not is_uuid(value):
        raise RefusedError(f"Invalid UUID value '{value}' for field \"{name}\"")
    return str(UUID(value))


def date_time(value: Any, name: str) -> str:
    """Any ISO date or time, kept in UTC with milliseconds."""
    try:
        if not _DATE.match(value):
            raise ValueError
        return to_stamp(from_stamp(value))
    except (TypeError, ValueError):
        raise RefusedError(
            f"Invalid value '{value}' for date-time field \"{name}\". Expected format: 'YYYY-MM-DDTHH:mm:ssZ'"
        ) from None


def raw_json(value: Any, name: str) -> Any:
    """Any JSON; a string is read as JSON itself; an empty list or object is kept as null."""
    if isinstance(value, str):
        value = _read_json(value, name)
    return None if value in ([], {}) else in_jsonb_order(value)


def in_jsonb_order(value: Any) -> Any:
    """As PostgreSQL gives JSON back: the keys of objects by length, then by letters."""
    if isinstance(value, list):
        return [in_jsonb_order(member) for member in value]
    if isinstance(value, dict):
        return {name: in_jsonb_order(value[name]) for name in sorted(value, key=lambda name: (len(name), name))}
    return value


def _read_json(value: str, name: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        raise RefusedError(f"Invalid object value '{value}' for field \"{name}\"") from None


_SCALARS: Mapping[str, Callable[[Any, str], Any]] = {
    "TEXT": text,
    "NUMBER": number,
    "POSITION": number,
    "BOOLEAN": boolean,
    "UUID": uuid,
    "RELATION": uuid,
    "DATE_TIME": date_time,
    "RAW_JSON": raw_json,
}


def scalar(field: Field, value: Any) -> Any:
    """`value` as the field stores it; null stays null, except in a TEXT, which reads as "". Raises RefusedError."""
    if value is None:
        return "" if field.type == "TEXT" else None
    if field.type == "SELECT":
        return _option(field, value)
    return _SCALARS[field.type](value, field.name) if field.type in _SCALARS else value


def _option(field: Field, value: Any) -> Any:
    if value not in field.options:
        raise RefusedError(
            f'Invalid value "{value}" for field "{field.name}". Valid values are: {", ".join(field.options)}'
        )
    return value
