"""JSON as rows of Twenty hold it: a value, or a text that holds one, and when two of them mean the same."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import NoReturn, TypeAlias, cast

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"
MOST_NESTED = 50


class UnreadableJson(ValueError):
    """A field that should hold JSON holds something else, or something too deep."""


def read_json(value: object) -> Json:
    """The JSON value in a field, be it as such or as text; None when empty. Raises UnreadableJson."""
    found = _parsed(value) if isinstance(value, str) else value
    if _depth(found) > MOST_NESTED:
        raise UnreadableJson("nested too deep")
    return None if is_empty(found) else cast(Json, found)


def _parsed(text: str) -> object:
    if not text.strip():
        return None
    try:
        return json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise UnreadableJson("a text that holds no JSON") from None


def _depth(value: object) -> int:
    level, depth = [value], 0
    while level and depth <= MOST_NESTED:
        level = [inner for outer in level for inner in _inside(outer)]
        depth += 1
    return depth


def _inside(value: object) -> Iterable[object]:
    if isinstance(value, Mapping):
        return value.values()
    return value if isinstance(value, list | tuple) else ()


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def json_text(value: Json) -> str:
    """The same text for the same value, for fields that hold JSON as text."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def is_empty(value: object) -> bool:
    """Whether a field holds nothing: Twenty stores [] as null and null texts as ""."""
    return value is None or value in ("", [], {}, ())


def same_json(one: object, other: object) -> bool:
    """Whether two values mean the same: key order, 3.0 for 3 and kinds of empty make no difference."""
    return (is_empty(one) and is_empty(other)) or _canonical(one) == _canonical(other)


def _canonical(value: object) -> object:
    """A value that compares as JSON does: in Python True == 1 and a tuple is not a list."""
    if isinstance(value, bool):
        return ("bool", value)
    if isinstance(value, Mapping):
        return {key: _canonical(element) for key, element in value.items()}
    if isinstance(value, list | tuple):
        return [_canonical(element) for element in value]
    return value
