"""A filter's tree, bound to an object's fields: which rows it lets through."""

import json
import re
from collections.abc import Callable
from typing import Any

from sandbox.twenty import scalars
from sandbox.twenty.errors import RefusedError, unknown_field
from sandbox.twenty.filters import Comparison, Condition, comparisons
from sandbox.twenty.objects import SCHEMA
from sandbox.twenty.schema import SUB_FIELDS, Field, ObjectType, Row
from sandbox.twenty.store import Store

Predicate = Callable[[Row], bool]

_RAW_JSON_OPERATORS = ("is", "like")


def predicate(kind: ObjectType, condition: Condition, store: Store) -> Predicate:
    """Does a row satisfy the condition? Raises RefusedError for unknown fields and values of the wrong type."""
    if isinstance(condition, Comparison):
        return _comparison(kind, condition, store)
    members = [predicate(kind, member, store) for member in condition.members]
    if condition.word == "or":
        return lambda row: any(member(row) for member in members)
    wanted = condition.word == "and"
    return lambda row: all(member(row) for member in members) is wanted


def names_field(condition: Condition, name: str) -> bool:
    """Does the condition speak of that field anywhere? Soft-deleted rows are seen only when it names `deletedAt`."""
    return any(each.path[0] == name for each in comparisons(condition))


def operand(field: Field, asked: Comparison) -> Any:
    """What the field is compared with, in stored form. Raises RefusedError."""
    if asked.operator in ("startsWith", "endsWith", "like", "ilike"):
        return asked.value
    if isinstance(asked.value, list):
        return [_typed(field, member) for member in asked.value]
    return _typed(field, asked.value)


def _comparison(kind: ObjectType, asked: Comparison, store: Store) -> Predicate:
    if asked.path[0] in kind.relations and len(asked.path) > 1:
        return _of_related(kind, asked, store)
    field = _field(kind, asked.path)
    read = _reader(asked.path)
    _check_operator(field, asked.operator)
    if asked.operator == "is":
        wants_null = asked.value == "NULL"
        return lambda row: (read(row) in (None, "")) is wants_null
    _check_options(kind, field, asked)
    test = _test(asked.operator, operand(field, asked))
    return lambda row: (value := read(row)) is not None and test(value)


def _of_related(kind: ObjectType, asked: Comparison, store: Store) -> Predicate:
    """`rep.userEmail[eq]:…`: a comparison with a field of the row at the relation's end."""
    relation = kind.relations[asked.path[0]]
    target = store.catalogue.singular(relation.target or "")
    if target is None or not relation.is_column:
        raise unknown_field(kind.singular, ".".join(asked.path))
    test = _comparison(target, Comparison(asked.path[1:], asked.operator, asked.value), store)
    return lambda row: (related := store.get(target, row[relation.name])) is not None and test(related)


def _field(kind: ObjectType, path: tuple[str, ...]) -> Field:
    """The field that is compared; of a composite its part, as text or number."""
    field = kind.named(path[0])
    if len(path) == 1:
        return field
    if len(path) != 2 or path[1] not in SUB_FIELDS.get(field.type, {}):
        raise unknown_field(kind.singular, ".".join(path))
    return Field(".".join(path), "NUMBER" if path[1] == "amountMicros" else "TEXT")


def _reader(path: tuple[str, ...]) -> Callable[[Row], Any]:
    if len(path) == 1:
        return lambda row: row[path[0]]
    return lambda row: row[path[0]][path[1]]


def _check_operator(field: Field, operator: str) -> None:
    if field.type == "RAW_JSON" and operator not in _RAW_JSON_OPERATORS:
        raise RefusedError(
            f'Operator "{operator}" is not valid for field "{field.name}" of type RAW_JSON '
            f"- Allowed operators: {', '.join(_RAW_JSON_OPERATORS)}"
        )


def _check_options(kind: ObjectType, field: Field, asked: Comparison) -> None:
    # PostgreSQL itself refuses this one, and names its own type.
    values = asked.value if isinstance(asked.value, list) else [asked.value]
    unknown = next((value for value in values if value not in field.options), None)
    if field.type == "SELECT" and unknown is not None:
        enum = f'{SCHEMA}."{kind.table}_{field.name}_enum"'
        raise RefusedError(f'invalid input value for enum {enum}: "{unknown}"')


def _typed(field: Field, value: str) -> Any:
    if field.type in ("NUMBER", "POSITION"):
        return _number(field, value)
    if field.type == "BOOLEAN":
        return value == "true"
    if field.type in ("UUID", "RELATION", "DATE_TIME"):
        return scalars.scalar(field, value)
    return value


def _number(field: Field, value: str) -> float:
    try:
        return float(value)
    except ValueError:
        raise RefusedError(f'Invalid number value NaN for field "{field.name}"') from None


_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda value, operand: value == operand,
    "neq": lambda value, operand: value != operand,
    "in": lambda value, operand: value in operand,
    "gt": lambda value, operand: value > operand,
    "gte": lambda value, operand: value >= operand,
    "lt": lambda value, operand: value < operand,
    "lte": lambda value, operand: value <= operand,
    "startsWith": lambda value, operand: str(value).startswith(operand),
    "endsWith": lambda value, operand: str(value).endswith(operand),
    "containsAny": lambda value, operand: any(member in value for member in operand),
}


def _test(operator: str, operand: Any) -> Callable[[Any], bool]:
    if operator in ("like", "ilike"):
        pattern = _like(operand, re.IGNORECASE if operator == "ilike" else 0)
        return lambda value: pattern.fullmatch(_as_text(value)) is not None
    test = _ORDER[operator]
    return lambda value: test(value, operand)


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _like(pattern: str, flags: int) -> re.Pattern[str]:
    """SQL's LIKE: `%` is any text, `_` any one character."""
    wild = {"%": ".*", "_": "."}
    return re.compile("".join(wild.get(char) or re.escape(char) for char in pattern), flags | re.DOTALL)
