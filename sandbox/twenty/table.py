"""The rows of one object, with what finds them without reading them all."""

from collections.abc import Iterable, Iterator
from typing import Any

from sandbox.twenty.schema import ObjectType, Row
from sandbox.twenty.sorted_keys import SortedKeys

_INDEXED_TYPES = ("TEXT", "UUID")


class Table:
    """Rows by id, in the order in which they were last written. The store's lock is held by the caller.

    `live` counts the rows that are not soft-deleted.
    """

    def __init__(self, kind: ObjectType) -> None:
        self.rows: dict[str, Row] = {}
        self.ids: SortedKeys[str] = SortedKeys()
        self.updates: SortedKeys[tuple[str, str]] = SortedKeys()
        self.live = 0
        self._lowest: float | None = None
        self._by_value: dict[str, dict[str, dict[str, None]]] = {}
        self.index(kind)

    def index(self, kind: ObjectType) -> None:
        """Finds rows by the unique fields and join columns that `kind` has and the table does not know yet."""
        for field in kind.columns:
            unique = field.is_unique and field.type in _INDEXED_TYPES
            if (unique or field.type == "RELATION") and field.name not in self._by_value:
                self._by_value[field.name] = {}
                for row in self.rows.values():
                    self._note(field.name, row)

    def put(self, row: Row) -> None:
        """A changed row goes to the end, as PostgreSQL writes it anew."""
        before = self.rows.pop(row["id"], None)
        if before is None:
            self.ids.add(row["id"])
        else:
            self._unindex(before)
        self.rows[row["id"]] = row
        self._index(row)

    def remove(self, record_id: str) -> None:
        row = self.rows.pop(record_id)
        self.ids.remove(record_id)
        self._unindex(row)
        if row["position"] == self._lowest:
            self._lowest = min((each["position"] or 0 for each in self.rows.values()), default=None)

    def reshape(self, gained: Row, lost: Iterable[str]) -> None:
        """Gives every row the columns in `gained` and takes those in `lost`."""
        for record_id, row in self.rows.items():
            kept = {name: value for name, value in row.items() if name not in lost}
            self.rows[record_id] = kept | gained

    def next_position(self) -> float:
        """New rows go on top: 0 for the first, then -1, -2, …"""
        return 0 if self._lowest is None else self._lowest - 1

    def finds(self, name: str) -> bool:
        """Are rows found by a value of that field?"""
        return name in self._by_value

    def holding(self, name: str, value: Any) -> list[str]:
        """The ids of the rows that hold `value` in an indexed field; soft-deleted ones included."""
        return list(self._by_value[name].get(value, ()))

    def updated_since(self, stamp: str) -> Iterator[str]:
        return (record_id for _, record_id in self.updates.since((stamp, "")))

    def _index(self, row: Row) -> None:
        self.updates.add((str(row["updatedAt"]), row["id"]))
        self.live += row["deletedAt"] is None
        position = row["position"] or 0
        self._lowest = position if self._lowest is None else min(self._lowest, position)
        for name in self._by_value:
            self._note(name, row)

    def _note(self, name: str, row: Row) -> None:
        value = row.get(name)
        if value:
            self._by_value[name].setdefault(value, {})[row["id"]] = None

    def _unindex(self, row: Row) -> None:
        self.updates.remove((str(row["updatedAt"]), row["id"]))
        self.live -= row["deletedAt"] is None
        for name, by_value in self._by_value.items():
            holders = by_value.get(row.get(name) or "")
            if holders is not None:
                holders.pop(row["id"], None)
                if not holders:
                    del by_value[row[name]]
