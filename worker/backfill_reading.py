"""A backfill's reading: page by page into the inbox, no faster than it is digested, on and on until all is stored."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from time import monotonic, sleep
from types import MappingProxyType
from typing import TypeVar

from ledger.backfill_state import BackfillPosition, remember_backfill
from ledger.engine import transaction
from ledger.inbox import more_pending_than, store_all
from twenty_client.call_count import Calls, counted_calls
from twenty_client.errors import BudgetSpent, Paused, RateLimited, TransientError
from twenty_client.paging import pages
from twenty_client.reply import Page
from twenty_client.request import list_rows
from twenty_client.urgency import Urgency
from worker.digest import digest_batch
from worker.parts import Parts
from worker.people import LOOK_AGAIN_S, PEOPLE, backfill_people, wait_until_digested
from worker.sweep import SWEPT
from worker.swept_rows import changed_since, deliveries
from worker.time_zones import midnight
from worker.wake import DIGEST

# Targets before notes: whom a note is about is known when its fact is made, also where a backfill is cut off between.
ORDER = ("workspaceMembers", "opportunities", "noteTargets", "notes", PEOPLE)
FIRST = ORDER[0]
# A note is a call at its creation; a deal's stages leave no trace but its updatedAt. Members are few: all are read.
BOUNDED_BY: Mapping[str, str] = MappingProxyType(
    {"opportunities": "updatedAt", "noteTargets": "createdAt", "notes": "createdAt"}
)
MOST_PENDING = 1_500  # before the next page is read: a webhook waits behind these, which takes some 2 s
PATIENCE_S = 600.0
LOOK_AT_TWENTY_S = 5.0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is: rows of `total` (as counted when this run began), of which `object` is read now.

    `page_rows` is the most that a page has held, `calls_a_minute` and `budget_left` (0 to 1) are those of all our
    processes together; `waits_for` says what it waits for, if it does.
    """

    object: str
    rows: int
    total: int
    page_rows: int
    calls_a_minute: int
    budget_left: float
    waits_for: str = ""


Watch = Callable[[Progress], None]
Asked = TypeVar("Asked")


class Reading:
    """One run of a backfill, from `position` on. With `anew` rows that were told before are told again."""

    def __init__(self, parts: Parts, position: BackfillPosition, watch: Watch, *, anew: bool = False) -> None:
        self._parts = replace(parts, twenty=parts.twenty.at(Urgency.BACKFILL))
        self._made = Calls()
        self._start = self._position = position
        self._watch = watch
        self._anew = anew
        self._since_at = midnight(position.since_on, parts.rules.time_zone)
        self._total = self._page_rows = 0
        self._away_since_s: float | None = None

    def read(self) -> BackfillPosition:
        """Stores all that is left, digests it and returns where that ends. What Twenty can't serve now is waited for.

        Errors: those of `twenty_client.errors`, transient ones at the start or after 10 minutes without a page.
        """
        with counted_calls() as self._made:
            self._total = sum(when_calls_are_free(partial(self._count, plural)) for plural in ORDER if plural != PEOPLE)
            self._tell()
            while True:
                try:
                    return self._read_to_the_end()
                except TransientError as error:
                    self._wait_out(error)

    def _read_to_the_end(self) -> BackfillPosition:
        reached = self._read_on()
        self._tell("digest and publisher")
        wait_until_digested(self._parts)
        return reached

    def _count(self, plural: str) -> int:
        page = self._parts.twenty.send(list_rows(plural, filter=self._filter(plural), limit=1)).page
        return page.total_count or 0 if page else 0

    def _filter(self, plural: str) -> str:
        by = BOUNDED_BY.get(plural)
        return changed_since(self._since_at, by) if by else changed_since(None)

    def _read_on(self) -> BackfillPosition:
        for plural in ORDER[ORDER.index(self._position.object) : -1]:
            after = self._position.after
            for page in pages(self._parts.twenty, plural, self._filter(plural), after=after):
                self._store(plural, page)
                self._make_room()
        rows = backfill_people(self._parts, self._position.began_at, anew=self._anew)
        return replace(self._position, rows=self._position.rows + rows, calls=self._calls())

    def _store(self, plural: str, page: Page) -> None:
        """The page, together with how far that is."""
        position, singular = self._position, SWEPT[plural]
        told = list(deliveries(singular, page.rows, position.began_at, anew=self._anew))
        following = ORDER[ORDER.index(plural) + 1]
        reached = (plural, page.end_cursor) if page.has_next else (following, None)
        self._position = replace(
            position, object=reached[0], after=reached[1], rows=position.rows + len(page.rows), calls=self._calls()
        )
        with transaction(self._parts.engine) as connection:
            store_all(connection, told)
            remember_backfill(connection, self._position)
        if page.rows:
            self._parts.wake(DIGEST)
        self._page_rows, self._away_since_s = max(self._page_rows, len(page.rows)), None
        self._tell()

    def _calls(self) -> int:
        return self._start.calls + self._made.made

    def _make_room(self) -> None:
        """Helps with the digest while more waits than workers, if any run, have taken on."""
        while self._is_full():
            if not digest_batch(self._parts):
                sleep(LOOK_AGAIN_S)

    def _is_full(self) -> bool:
        with transaction(self._parts.engine) as connection:
            return more_pending_than(connection, MOST_PENDING)

    def _wait_out(self, error: TransientError) -> None:
        """Pauses as long as it takes, unless no page came for too long."""
        wait_s = _wait_s(error)
        if self._away_since_s is None:
            self._away_since_s = monotonic()
        if monotonic() + wait_s > self._away_since_s + PATIENCE_S:
            raise error
        self._tell(f"Twenty: {error}")
        sleep(wait_s)

    def _tell(self, waits_for: str = "") -> None:
        twenty, position = self._parts.twenty, self._position
        self._watch(
            Progress(
                position.object,
                position.rows,
                self._total,
                self._page_rows,
                twenty.calls_a_minute(),
                twenty.budget_left(),
                waits_for,
            )
        )


def when_calls_are_free(ask: Callable[[], Asked]) -> Asked:
    """What `ask` answers once calls are free: others use up the budget, or have just found Twenty away.

    Errors: those of `ask`; these too after 10 minutes.
    """
    deadline_s = monotonic() + PATIENCE_S
    while True:
        try:
            return ask()
        except (RateLimited, BudgetSpent, Paused) as error:
            if monotonic() + _wait_s(error) > deadline_s:
                raise
            sleep(_wait_s(error))


def _wait_s(error: TransientError) -> float:
    if isinstance(error, Paused):
        return error.until_s
    if isinstance(error, BudgetSpent):
        return error.wait_s
    named_s = error.retry_after_s if isinstance(error, RateLimited) else None
    return named_s or LOOK_AT_TWENTY_S
