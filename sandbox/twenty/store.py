"""Rows in memory. A row in the store is never changed in place: a write puts a new one."""

from collections.abc import Iterable
from threading import RLock

from sandbox.twenty.catalogue import Catalogue
from sandbox.twenty.schema import ObjectType, Row
from sandbox.twenty.table import Table


class Store:
    """All rows of the workspace, by object and id. Hold `lock` over a check and the write that depends on it."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.lock = RLock()
        self.catalogue = catalogue
        self._tables = {kind.plural: Table(kind) for kind in catalogue.all()}

    def table(self, kind: ObjectType) -> Table:
        return self._tables[kind.plural]

    def get(self, kind: ObjectType, record_id: str) -> Row | None:
        with self.lock:
            return self.table(kind).rows.get(record_id)

    def all(self, kind: ObjectType) -> list[Row]:
        """In the order in which they were last written."""
        with self.lock:
            return list(self.table(kind).rows.values())

    def replicated(self, kind: ObjectType) -> list[Row] | None:  # noqa: ARG002
        """What lists are read from, in id order; None where there is no replica."""
        return None

    def put(self, kind: ObjectType, row: Row) -> None:
        with self.lock:
            self.table(kind).put(row)

    def remove(self, kind: ObjectType, record_id: str) -> None:
        """With its children; rows that named it by another relation name nothing there any more."""
        with self.lock:
            row = self.table(kind).rows[record_id]
            for child, rows in self.children(kind, [row]):
                for each in rows:
                    self.remove(child, each["id"])
            self.table(kind).remove(record_id)
            for other, column in self._pointing_at(kind):
                for each in self._holding(other, column, record_id):
                    self.put(other, each | {column: None})

    def sharing_key(self, kind: ObjectType, row: Row) -> list[tuple[str, Row]]:
        """(field, row) for each unique value of `row` that a stored row holds, soft-deleted ones included."""
        by_id = self.get(kind, row["id"]) if row.get("id") else None
        found = [("id", by_id)] if by_id else []
        for name in kind.unique_names[1:]:
            value = row.get(name)
            found += [(name, each) for each in self._holding(kind, name, value)] if value else []
        return found

    def children(self, kind: ObjectType, parents: Iterable[Row]) -> list[tuple[ObjectType, list[Row]]]:
        """The rows that are soft-deleted and restored along with `parents`, by object."""
        ids = [parent["id"] for parent in parents]
        children = [(self.catalogue.plural(plural), column) for plural, column in kind.children]
        return [
            (child, [row for parent_id in ids for row in self._holding(child, column, parent_id)])
            for child, column in children
        ]

    def joined(self, target: str, column: str, record_id: str) -> list[Row]:
        """The live rows of the object with the singular `target` that hold the id there, in id order."""
        kind = self.catalogue.singular(target)
        if kind is None or column not in kind.by_name:
            return []
        live = [row for row in self._holding(kind, column, record_id) if row["deletedAt"] is None]
        return sorted(live, key=lambda row: str(row["id"]))

    def adapt(self) -> None:
        """To the catalogue as it is now: new objects get a table, rows the columns of their object."""
        with self.lock:
            kinds = {kind.plural: kind for kind in self.catalogue.all()}
            self._tables = {plural: self._tables.get(plural) or Table(kind) for plural, kind in kinds.items()}
            for plural, kind in kinds.items():
                _adapt(self._tables[plural], kind)

    def _holding(self, kind: ObjectType, name: str, value: str) -> list[Row]:
        table = self.table(kind)
        if table.finds(name):
            return [table.rows[record_id] for record_id in table.holding(name, value)]
        return [row for row in table.rows.values() if row[name] == value]

    def _pointing_at(self, kind: ObjectType) -> list[tuple[ObjectType, str]]:
        every = ((other, field) for other in self.catalogue.all() for field in other.columns)
        return [(other, field.name) for other, field in every if field.target == kind.singular]


def _adapt(table: Table, kind: ObjectType) -> None:
    sample = next(iter(table.rows.values()), None)
    if sample is not None:
        gained = {field.name: field.empty() for field in kind.columns if field.name not in sample}
        lost = [name for name in sample if name not in kind.by_name]
        if gained or lost:
            table.reshape(gained, lost)
    table.index(kind)
