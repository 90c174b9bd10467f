"""The filter language: `field[op]:value` joined by commas, `and(…)`, `or(…)`, `not(…)`, read into a tree."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from sandbox.twenty.errors import RefusedError

OPERATORS = (
    "eq", "neq", "in", "containsAny", "is", "gt", "gte", "lt", "lte", "startsWith", "endsWith", "like", "ilike",
)  # fmt: skip

_GROUP = re.compile(r"(and|or|not)\((.*)\)", re.DOTALL)
_COMPARISON = re.compile(r"([^\[\]]+)\[([^\[\]]+)\]:(.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Comparison:
    """`path` is the field and, in a composite, its part: ("createdBy", "source")."""

    path: tuple[str, ...]
    operator: str
    value: str | list[str]


@dataclass(frozen=True, slots=True)
class Group:
    word: Literal["and", "or", "not"]
    members: tuple["Condition", ...]


Condition = Comparison | Group


def parse_filter(source: str) -> Group:
    """The tree of a filter; a bare list of comparisons is an `and`. Raises RefusedError with Twenty's words."""
    _check_parentheses(source)
    return Group("and", tuple(_condition(part) for part in _split(source)))


def comparisons(condition: Condition) -> Iterator[Comparison]:
    if isinstance(condition, Comparison):
        yield condition
        return
    for member in condition.members:
        yield from comparisons(member)


def _check_parentheses(source: str) -> None:
    # Twenty counts the ones inside quotes too, so a lone parenthesis in a quoted value is refused.
    missing = source.count("(") - source.count(")")
    if missing:
        which, number = ("close" if missing > 0 else "open"), abs(missing)
        verb = "brackets are" if number > 1 else "bracket is"
        raise RefusedError(f"'filter' invalid. {number} {which} {verb} missing in the query")


def _condition(source: str) -> Condition:
    group = _GROUP.fullmatch(source)
    if group is None:
        return _comparison(source)
    word: Literal["and", "or", "not"] = group[1]  # type: ignore[assignment]
    return Group(word, tuple(_condition(part) for part in _split(group[2])))


def _split(source: str) -> list[str]:
    """The parts between the commas that are outside of quotes, parentheses and square brackets."""
    parts, depth, quoted = [""], 0, False
    for char in source:
        quoted ^= char == '"'
        depth += 0 if quoted else (char in "([") - (char in ")]")
        if char == "," and depth == 0 and not quoted:
            parts.append("")
        else:
            parts[-1] += char
    return [part.strip() for part in parts]


def _comparison(source: str) -> Comparison:
    found = _COMPARISON.fullmatch(source)
    if found is None:
        raise RefusedError(f"'filter' invalid for '{source}'. eg: price[gte]:10")
    name, operator, value = found.groups()
    if operator not in OPERATORS:
        raise RefusedError(f"'filter' invalid for '{source}', comparator {operator} not in {', '.join(OPERATORS)}")
    return Comparison(tuple(name.split(".")), operator, _value(operator, value))


def _value(operator: str, value: str) -> str | list[str]:
    if operator not in ("in", "containsAny"):
        return _unquoted(value)
    if not (value.startswith("[") and value.endswith("]")):
        raise RefusedError(
            f"'filter' invalid for '{operator}' operator. Received '{value}' but array value expected "
            f"eg: 'field[{operator}]:[value_1,value_2]'"
        )
    return [_unquoted(member.strip()) for member in _split(value[1:-1])]


def _unquoted(value: str) -> str:
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value
