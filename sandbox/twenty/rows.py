"""How a row comes into being and changes: pure functions from a row and what was sent to a new row."""

from typing import Any

from sandbox.twenty.composites import composite
from sandbox.twenty.errors import server_fault
from sandbox.twenty.scalars import scalar
from sandbox.twenty.schema import SUB_FIELDS, Field, ObjectType, Row
from sandbox.twenty.search_vector import search_vector

API_KEY_ACTOR: Row = {"source": "API", "workspaceMemberId": None, "name": "worker-key", "context": {}}
"""Who wrote, when an API key wrote."""

_UNWATCHED = frozenset({"updatedAt", "searchVector"})


def empty_row(kind: ObjectType) -> Row:
    return {field.name: field.empty() for field in kind.columns}


def merged(kind: ObjectType, held: Row, sent: Row) -> Row:
    """`held` with what was sent, checked and in stored form. Raises RefusedError."""
    changes = {name: _stored(kind.named(name), value, held) for name, value in sent.items()}
    row = held | changes
    return row | {"searchVector": search_vector(row[name] for name in kind.search_by)}


def _stored(field: Field, value: Any, held: Row) -> Any:
    _refuse_nul(value)
    if field.type in SUB_FIELDS:
        return composite(field, value, held[field.name])
    return scalar(field, value)


def _refuse_nul(value: Any) -> None:
    # PostgreSQL holds no NUL in a text, and Twenty reports that as its own fault.
    texts = value.values() if isinstance(value, dict) else [value]
    if any(isinstance(text, str) and "\x00" in text for text in texts):
        raise server_fault()


def changed_names(kind: ObjectType, before: Row, after: Row) -> list[str]:
    """The names of an event's `updatedFields`; a relation is named together with its column."""
    names: list[str] = []
    for field in kind.columns:
        if field.name not in _UNWATCHED and before[field.name] != after[field.name]:
            names += [field.relation, field.name] if field.relation else [field.name]
    return names
