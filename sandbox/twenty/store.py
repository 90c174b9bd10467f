"""Rows in memory. A row in the store is never changed in place: a write puts a new one."""

from collections.abc import Iterable
from threading import RLock

from sandbox.twenty.objects import OBJECTS
from sandbox.twenty.schema import ObjectType, Row


class Store:
    """All rows of the workspace, by object and id. Hold `lock` over a check and the write that depends on it."""

    def __init__(self) -> None:
        self.lock = RLock()
        self._rows: dict[str, dict[str, Row]] = {plural: {} for plural in OBJECTS}
        self._lowest: dict[str, float] = {}

    def all(self, kind: ObjectType) -> list[Row]:
        with self.lock:
            return list(self._rows[kind.plural].values())

    def get(self, kind: ObjectType, record_id: str) -> Row | None:
        return self._rows[kind.plural].get(record_id)

    def put(self, kind: ObjectType, row: Row) -> None:
        with self.lock:
            self._rows[kind.plural][row["id"]] = row
            self._lowest[kind.plural] = min(self._lowest.get(kind.plural, 0), row["position"] or 0)

    def remove(self, kind: ObjectType, record_id: str) -> None:
        with self.lock:
            del self._rows[kind.plural][record_id]

    def next_position(self, kind: ObjectType) -> float:
        """New rows go on top: 0 for the first, then -1, -2, …"""
        return self._lowest[kind.plural] - 1 if kind.plural in self._lowest else 0

    def sharing_key(self, kind: ObjectType, row: Row) -> list[tuple[str, Row]]:
        """(field, row) for each unique value of `row` that a stored row holds, soft-deleted ones included."""
        by_id = self.get(kind, row["id"]) if row.get("id") else None
        found = [("id", by_id)] if by_id else []
        for name in kind.unique_names[1:]:
            found += [(name, each) for each in self.all(kind) if row.get(name) and each[name] == row[name]]
        return found

    def children(self, kind: ObjectType, parents: Iterable[Row]) -> list[tuple[ObjectType, list[Row]]]:
        """The rows that are soft-deleted and restored along with `parents`, by object."""
        ids = {parent["id"] for parent in parents}
        return [
            (OBJECTS[plural], [row for row in self.all(OBJECTS[plural]) if row[column] in ids])
            for plural, column in kind.children
        ]
