"""A store whose lists come from a replica: what was written a moment ago is not in them yet."""

from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta

from sandbox.twenty.catalogue import Catalogue
from sandbox.twenty.schema import ObjectType, Row
from sandbox.twenty.store import Store


class ReplicatedStore(Store):
    """Its `replicated` rows are those of `lag_s` ago, by `now`."""

    def __init__(self, catalogue: Catalogue, now: Callable[[], datetime], lag_s: float) -> None:
        super().__init__(catalogue)
        self._now = now
        self._lag = timedelta(seconds=lag_s)
        self._written: deque[tuple[datetime, str, str, Row | None]] = deque()

    def put(self, kind: ObjectType, row: Row) -> None:
        with self.lock:
            self._remember(kind, row["id"])
            super().put(kind, row)

    def remove(self, kind: ObjectType, record_id: str) -> None:
        with self.lock:
            self._remember(kind, record_id)
            super().remove(kind, record_id)

    def replicated(self, kind: ObjectType) -> list[Row] | None:
        """The rows as they were, in id order."""
        with self.lock:
            rows: dict[str, Row | None] = dict(self.table(kind).rows)
            self._forget_before(self._now() - self._lag)
            for _, plural, record_id, before in reversed(self._written):
                if plural == kind.plural:
                    rows[record_id] = before
        return [row for _, row in sorted(rows.items()) if row is not None]

    def _remember(self, kind: ObjectType, record_id: str) -> None:
        self._written.append((self._now(), kind.plural, record_id, self.get(kind, record_id)))

    def _forget_before(self, then: datetime) -> None:
        while self._written and self._written[0][0] <= then:
            self._written.popleft()
