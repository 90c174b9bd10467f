"""Comparing an object's records: which ones Twenty has lost, and which the ledger never saw, without reading them all.

One call counts a span of createdAt; spans whose counts differ are halved until their ids fit on a page. As many lost
as unseen records in one span make equal counts and can't be seen so: therefore each pass also reads one page full of
records in full, the next pass the one behind it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from ledger.comparisons import Comparison, Stopped, settle_up_to
from ledger.engine import transaction
from ledger.inbox import store_all
from ledger.missing_records import count_live_noted, note_missing
from ledger.presence import Present, Span, boundary, count_present, known_ids, present_ids
from twenty_client.errors import ServerFault
from twenty_client.reply import Page
from twenty_client.request import MOST_ROWS
from worker.parts import Parts
from worker.spans import TwentySpans
from worker.swept_rows import deliveries
from worker.wake import DIGEST

CALLS_IN_A_ROW = 20  # default: then the worker looks at its other queues before the pass goes on
MOST_UNSEEN = 4_000  # rows (default): then they are digested before the pass goes on
MOST_MISSING, ONE_IN = 50, 100  # issue 5: more than 1 % or 50 missing stops the pass and asks the operator


@dataclass(frozen=True, slots=True)
class Through:
    """The pass has compared everything; `at` is Twenty's clock, from `next_slice_at` on the next one reads a page."""

    at: datetime
    next_slice_at: datetime | None


Outcome = Through | Stopped | Literal["later", "put off"]


def allowed_missing(live: int) -> int:
    """How many of so many live records may be missing: at most 50 and 1 %, but always one.

    Soft-deleted ones are not among them: Twenty destroys its trash by itself, hundreds in a night, and no standing
    changes with that.
    """
    return min(MOST_MISSING, max(live // ONE_IN, 1))


def compare(parts: Parts, comparison: Comparison, up_to_at: datetime) -> Outcome:
    """Goes on with the pass over what was created before `up_to_at`, for about 20 calls.

    What is missing is noted in the ledger; rows that the ledger never saw go into the inbox as a sweep's. `later`:
    there is more to compare; `put off`: first what was found must be digested. Errors: those of
    `twenty_client.errors`; what was compared before stays compared.
    """
    try:
        return _Pass(parts, comparison, up_to_at).go_on()
    except _TooMany as too_many:
        return too_many.stopped


class _TooMany(Exception):
    def __init__(self, stopped: Stopped) -> None:
        self.stopped = stopped


@dataclass(frozen=True, slots=True)
class _Counted:
    """A span, and how many records Twenty has in it where that follows from the spans around it."""

    span: Span
    in_twenty: int | None = None


class _Pass:
    def __init__(self, parts: Parts, comparison: Comparison, up_to_at: datetime) -> None:
        self._engine, self._wake = parts.engine, parts.wake
        self._object = comparison.object
        self._comparison = comparison
        self._up_to_at = up_to_at
        self._twenty = TwentySpans(parts.twenty, comparison.object)
        self._live = self._present(Span(None, up_to_at)).live
        self._has_settled = False

    def go_on(self) -> Outcome:
        left = [_Counted(Span(self._comparison.from_at, self._up_to_at))]
        while left:
            if self._has_settled and self._twenty.calls >= CALLS_IN_A_ROW:
                return "later"
            halves = self._compared(left.pop())
            if halves is None:
                return "put off"
            left += halves
        return self._through()

    def _compared(self, counted: _Counted) -> list[_Counted] | None:
        """The halves of the span that are left to compare, the earlier one last; None when it must wait."""
        span, here = counted.span, self._present(counted.span)
        in_twenty = self._twenty.count(span) if counted.in_twenty is None else counted.in_twenty
        if here.count != in_twenty:
            self._judge(here.live - in_twenty)
            middle = self._boundary(span, here.count // 2) if here.count > MOST_ROWS else None
            if middle is not None:
                return self._halves(span, middle, in_twenty)
            if not self._read(span):
                return None
        self._settle(span)
        return []

    def _halves(self, span: Span, middle: datetime, in_twenty: int) -> list[_Counted]:
        earlier = Span(span.from_at, middle)
        in_earlier = self._twenty.count(earlier)
        return [_Counted(Span(middle, span.to_at), in_twenty - in_earlier), _Counted(earlier, in_earlier)]

    def _through(self) -> Outcome:
        """Counts agree or are explained by now; a page of records is read all the same."""
        rest = Span(self._comparison.next_slice_at, self._up_to_at)
        end = self._boundary(rest, MOST_ROWS)
        if not self._read(Span(rest.from_at, end or rest.to_at)):
            return "put off"
        if self._twenty.server_at is None:
            raise ServerFault("an answer without a Date header")
        return Through(self._twenty.server_at, end)

    def _read(self, span: Span) -> bool:
        """Compares the ids; False when Twenty has many more than the ledger."""
        with transaction(self._engine) as connection:
            here = present_ids(connection, self._object, span)
        found: set[str] = set()
        unseen = 0
        for page in self._twenty.pages(span):
            unseen += self._keep_unseen(page, here.keys())
            found.update(str(row["id"]) for row in page.rows)
            if page.has_next and unseen >= MOST_UNSEEN:
                return False
        missing = here.keys() - found
        self._judge(sum(here[each] for each in missing))
        with transaction(self._engine) as connection:
            note_missing(connection, self._object, missing)
        return True

    def _keep_unseen(self, page: Page, here: Collection[str]) -> int:
        """How many there were. A row that was told before is there again, or was never gone: it is told anew.

        As if a sweep had seen it that began at the watermark, which the row outlived.
        """
        unseen = {str(row["id"]): row for row in page.rows if row["id"] not in here}
        with transaction(self._engine) as connection:
            known = known_ids(connection, self._object, unseen)
            for ids in (unseen.keys() - known, known):
                rows = [unseen[each] for each in ids]
                store_all(connection, list(deliveries(self._object, rows, self._up_to_at, anew=ids is known)))
        if unseen:
            self._wake(DIGEST)
        return len(unseen)

    def _judge(self, missing: int) -> None:
        """Stops the pass when so many more live records are missing than may be."""
        with transaction(self._engine) as connection:
            missing += count_live_noted(connection, self._object)
        if missing > allowed_missing(self._live) and not self._comparison.accepted:
            raise _TooMany(Stopped(self._object, missing, self._live))

    def _settle(self, span: Span) -> None:
        with transaction(self._engine) as connection:
            settle_up_to(connection, self._object, span.to_at)
        self._has_settled = True

    def _present(self, span: Span) -> Present:
        with transaction(self._engine) as connection:
            return count_present(connection, self._object, span)

    def _boundary(self, span: Span, rows: int) -> datetime | None:
        with transaction(self._engine) as connection:
            return boundary(connection, self._object, span, rows)
