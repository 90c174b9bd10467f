"""Relations: ids that must exist, rows found by `connect`, and the related rows of `depth=1`."""

import hashlib
from typing import Any

from sandbox.twenty.errors import RefusedError, foreign_key_violation, record_not_found
from sandbox.twenty.schema import Field, ObjectType, Row
from sandbox.twenty.store import Store

DEPTHS = ("0", "1")


def read_depth(given: str | None) -> int:
    """0 when nothing was asked. Raises RefusedError."""
    if given is not None and given not in DEPTHS:
        raise RefusedError(f"'depth={given}' parameter invalid. Allowed values are {', '.join(DEPTHS)}")
    return int(given or 0)


def refuse_dangling(kind: ObjectType, row: Row, store: Store) -> None:
    """Raises the refusal of a foreign key that leads nowhere; soft-deleted rows are still there."""
    for field in kind.relations.values():
        record_id = row.get(field.name) if field.is_column else None
        target = store.catalogue.singular(field.target or "") if record_id else None
        if target is not None and record_id is not None and store.get(target, record_id) is None:
            raise foreign_key_violation(kind.table, constraint(kind, field))


def constraint(kind: ObjectType, field: Field) -> str:
    """The name of a foreign key, as TypeORM makes it."""
    return "FK_" + hashlib.sha1(f"{kind.table}_{field.name}".encode(), usedforsecurity=False).hexdigest()[:27]


def connected(kind: ObjectType, sent: Row, store: Store) -> Row:
    """`sent` with each `{relation: {connect: {where: …}}}` as the id of the row it means."""
    found: Row = {}
    for name, value in sent.items():
        field = kind.relations.get(name)
        if field is not None and field.is_column and isinstance(value, dict) and "connect" in value:
            found[field.name] = _meant(field, value["connect"].get("where") or {}, store)
        else:
            found[name] = value
    return found


def with_related(kind: ObjectType, row: Row, store: Store) -> Row:
    """The row with the rows at the other end of each of its relations, themselves without relations."""
    return row | {name: _related(field, row, store) for name, field in kind.relations.items()}


def _related(field: Field, row: Row, store: Store) -> Any:
    if field.joined_by is not None:
        return store.joined(field.target or "", field.joined_by, row["id"])
    target = store.catalogue.singular(field.target or "")
    found = store.get(target, row[field.name]) if target and row[field.name] else None
    return found if found and found["deletedAt"] is None else None


def _meant(field: Field, where: Row, store: Store) -> str:
    target = store.catalogue.singular(field.target or "")
    rows = store.all(target) if target else []
    found = next((row for row in rows if all(row.get(name) == value for name, value in where.items())), None)
    if found is None:
        raise record_not_found()
    return str(found["id"])
