"""Reads and writes of the workspace: each is one step under the store's lock, then its changes are announced."""

from collections.abc import Iterator, Sequence
from typing import Any, Literal
from uuid import uuid4

from sandbox.twenty.changes import Announce, Change
from sandbox.twenty.clock import SandboxClock
from sandbox.twenty.errors import RefusedError, duplicate_entry, record_not_found
from sandbox.twenty.paging import Order, Page, cursor_id, first_page, is_by_id, page
from sandbox.twenty.relations import connected, refuse_dangling, with_related
from sandbox.twenty.rows import API_KEY_ACTOR, changed_names, empty_row, merged
from sandbox.twenty.schema import ObjectType, Row
from sandbox.twenty.selection import Selection, candidates
from sandbox.twenty.store import Store

MAX_BATCH = 200


class Workspace:
    """The workspace as one writer sees it. Every method raises RefusedError with Twenty's own words."""

    def __init__(self, store: Store, clock: SandboxClock, announce: Announce, actor: Row = API_KEY_ACTOR) -> None:
        self.store = store
        self.clock = clock
        self._announce = announce
        self._actor = actor

    def page(
        self,
        kind: ObjectType,
        selection: Selection,
        order: list[Order],
        limit: int,
        *,
        after: str | None,
        before: str | None,
    ) -> Page:
        with self.store.lock:
            if (replicated := self.store.replicated(kind)) is not None:
                return page(filter(selection.matches, replicated), order, limit, after=after, before=before)
            table = self.store.table(kind)
            if selection.is_everything and is_by_id(order) and before is None:
                ids = table.ids if after is None else table.ids.after(cursor_id(after))
                live = (row for each in ids if (row := table.rows[each])["deletedAt"] is None)
                return first_page(live, limit, table.live)
            return page(self._in_id_order(kind, selection), order, limit, after=after, before=before)

    def at_depth(self, kind: ObjectType, rows: list[Row], depth: int) -> list[Row]:
        """With the rows at the other end of their relations, when `depth` is 1."""
        if depth == 0:
            return rows
        with self.store.lock:
            return [with_related(kind, row, self.store) for row in rows]

    def one(self, kind: ObjectType, record_id: str) -> Row:
        row = self.store.get(kind, record_id)
        if row is None or row["deletedAt"] is not None:
            raise record_not_found()
        return row

    def create(self, kind: ObjectType, sent: Sequence[Row], *, upsert: bool) -> list[Row]:
        """All or nothing. With `upsert` a row with the same id or unique value is updated, and revived."""
        with self.store.lock:
            now = self.clock.stamp()
            written = self._built(kind, [connected(kind, each, self.store) for each in sent], now, upsert=upsert)
            _refuse_repeats(kind, written)
            for row in written:
                refuse_dangling(kind, row, self.store)
            changes = [self._put(kind, row) for row in written]
        self._announce([change for change in changes if change])
        return written

    def update(self, kind: ObjectType, selection: Selection | str, sent: Row) -> list[Row]:
        """Checked and written in one step, so an update by filter is a compare-and-set.

        A soft-deleted row is found by its id, too. An unchanged row moves `updatedAt` and announces nothing.
        """
        with self.store.lock:
            found = self._found(kind, selection)
            _refuse_too_many(found)
            now = self.clock.stamp()
            sent = connected(kind, sent, self.store)
            written = [_updated(kind, row, sent, now, self._actor) for row in found]
            for row in written:
                self._refuse_duplicate(kind, row)
                refuse_dangling(kind, row, self.store)
            _refuse_repeats(kind, written)
            changes = [self._put(kind, row) for row in written]
        self._announce([change for change in changes if change])
        return written

    def soft_delete(self, kind: ObjectType, selection: Selection | str) -> list[Row]:
        with self.store.lock:
            written, changes = self._mark(kind, self._found(kind, selection), "deleted")
        self._announce(changes)
        return written

    def restore(self, kind: ObjectType, selection: Selection) -> list[Row]:
        """Un-deletes what the filter matches, with the noteTargets of a note; others that match move `updatedAt`."""
        with self.store.lock:
            found = [row for row in self.store.all(kind) if selection.test(row)]
            written, changes = self._mark(kind, found, "restored")
        self._announce(changes)
        return written

    def destroy(self, kind: ObjectType, selection: Selection | str) -> list[str]:
        """Deletes for good; returns the ids."""
        with self.store.lock:
            found = self._found(kind, selection)
            for row in found:
                self.store.remove(kind, row["id"])
        self._announce([Change(kind, "destroyed", row) for row in found])
        return [row["id"] for row in found]

    def _found(self, kind: ObjectType, selection: Selection | str) -> list[Row]:
        if isinstance(selection, Selection):
            return self._selected(kind, selection)
        row = self.store.get(kind, selection)
        if row is None:
            raise record_not_found()
        return [row]

    def _selected(self, kind: ObjectType, selection: Selection) -> list[Row]:
        table = self.store.table(kind)
        ids = candidates(kind, selection.condition, table)
        rows = table.rows.values() if ids is None else [table.rows[each] for each in sorted(ids)]
        return [row for row in rows if selection.matches(row)]

    def _in_id_order(self, kind: ObjectType, selection: Selection) -> Iterator[Row]:
        table = self.store.table(kind)
        ids = candidates(kind, selection.condition, table)
        rows = (table.rows[each] for each in (table.ids if ids is None else sorted(ids)))
        return (row for row in rows if selection.matches(row))

    def _built(self, kind: ObjectType, sent: Sequence[Row], now: str, *, upsert: bool) -> list[Row]:
        position = self.store.table(kind).next_position()
        rows: list[Row] = []
        for each in sent:
            held = self._held(kind, each) if upsert else None
            rows.append(
                _updated(kind, held | {"deletedAt": None}, each, now, self._actor)
                if held
                else _created(kind, each, position, now, self._actor)
            )
            position -= 0 if held else 1
            if not held:
                self._refuse_duplicate(kind, rows[-1], new=True)
        return rows

    def _held(self, kind: ObjectType, sent: Row) -> Row | None:
        """The row that an upsert means."""
        found = self.store.sharing_key(kind, sent)
        if len({row["id"] for _, row in found}) > 1:
            values = "; ".join(f"{name} ({name}: {sent[name]})" for name, _ in found)
            raise RefusedError(
                f"Multiple records found with the same unique field values for {values}. "
                "Cannot determine which record to update."
            )
        return found[0][1] if found else None

    def _refuse_duplicate(self, kind: ObjectType, row: Row, *, new: bool = False) -> None:
        if any(new or other["id"] != row["id"] for _, other in self.store.sharing_key(kind, row)):
            raise duplicate_entry()

    def _put(self, kind: ObjectType, row: Row) -> Change | None:
        before = self.store.get(kind, row["id"])
        self.store.put(kind, row)
        if before is None:
            return Change(kind, "created", row)
        names = changed_names(kind, before, row)
        return Change(kind, "updated", row, names) if names else None

    def _mark(
        self, kind: ObjectType, found: list[Row], action: Literal["deleted", "restored"]
    ) -> tuple[list[Row], list[Change]]:
        """Sets or clears `deletedAt`, with the children that were not in that state yet."""
        now = self.clock.stamp()
        marks: dict[str, Any] = {"deletedAt": now if action == "deleted" else None, "updatedAt": now}
        written = [row | marks for row in found]
        changed = [row for row, before in zip(written, found, strict=True) if row["deletedAt"] != before["deletedAt"]]
        changes = [Change(kind, action, row, ["deletedAt"]) for row in changed]
        for child, rows in self.store.children(kind, found):
            still = [row for row in rows if (row["deletedAt"] is None) is (action == "deleted")]
            changes += [Change(child, action, row | marks, ["deletedAt"]) for row in still]
        for each, row in [*((kind, row) for row in written), *((change.kind, change.row) for change in changes)]:
            self.store.put(each, row)
        return written, changes


def _created(kind: ObjectType, sent: Row, position: float, now: str, actor: Row) -> Row:
    base = empty_row(kind) | {"id": str(uuid4()), "createdAt": now, "position": position}
    # A sent createdBy keeps its null context; the API key's own has an empty object there.
    by = {} if "createdBy" in sent else {"createdBy": actor}
    return merged(kind, base | by, sent) | {"updatedAt": now, "updatedBy": actor}


def _updated(kind: ObjectType, held: Row, sent: Row, now: str, actor: Row) -> Row:
    kept = {"id": held["id"], "updatedAt": now, "updatedBy": actor}
    return merged(kind, held, sent) | kept


def _refuse_repeats(kind: ObjectType, rows: list[Row]) -> None:
    for name in kind.unique_names:
        values = [row[name] for row in rows if row[name]]
        if len(values) != len(set(values)):
            raise duplicate_entry()


def _refuse_too_many(rows: list[Row]) -> None:
    if len(rows) > MAX_BATCH:
        message = f"Cannot update more than {MAX_BATCH} records at once"
        raise RefusedError(message, error="Error", code="TOO_MANY_RECORDS_TO_UPDATE")
