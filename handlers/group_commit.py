"""Group commit: one commit for all deliveries that came in while the last one was written."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from queue import SimpleQueue
from threading import Lock

import structlog

from ledger.errors import LedgerUnavailable
from ledger.fault_points import reached
from ledger.inbox import Stored
from schemas.delivery import NewDelivery

StoreNew = Callable[[Sequence[NewDelivery]], Sequence[Stored | None]]
_Outcome = Stored | Exception | None
_MOST_UNWOKEN = 4  # commits

log = structlog.get_logger(__name__)


class _Call(Enum):
    """Instead of an outcome."""

    LEAD = auto()


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting:
    """A delivery that a thread handed over. What it is told: its outcome, or that it is to lead."""

    delivery: NewDelivery
    told: SimpleQueue[_Outcome | _Call] = field(default_factory=SimpleQueue)


class GroupCommit:
    """Stores deliveries of many threads, each of which returns when its own is committed.

    It has no thread of its own: whoever comes while nobody writes leads, writes all that wait, and lets the next one
    lead. `store_new` commits deliveries, or raises and keeps none of them; it tells what each is kept as, None for a
    repeat. `wake` wakes a worker for what a commit kept; it may raise. Where the next commit follows at once, one wake
    serves both, and at most four.
    """

    def __init__(self, store_new: StoreNew, wake: Callable[[], None]) -> None:
        self._store_new = store_new
        self._wake = wake
        self._lock = Lock()
        self._is_led = False
        self._waiting: list[_Waiting] = []
        self._unwoken = 0  # commits that kept something new

    def __call__(self, delivery: NewDelivery) -> Stored | None:
        """Returns once it is committed; None for a repeat, which its sender's thread counts: that may wait.

        Raises what `store_new` raises for this delivery, not for one beside it.
        """
        outcome = self._outcome(_Waiting(delivery))
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def _outcome(self, mine: _Waiting) -> _Outcome:
        if not self._leads_at_once(mine) and (told := mine.told.get()) is not _Call.LEAD:
            return told
        return self._lead()

    def _leads_at_once(self, mine: _Waiting) -> bool:
        with self._lock:
            self._waiting.append(mine)
            is_led, self._is_led = self._is_led, True
        return not is_led

    def _lead(self) -> _Outcome:
        """Writes what waits, tells the others, and then wakes a worker; returns what became of the leader's own."""
        batch = self._take()
        outcomes: list[_Outcome] = [LedgerUnavailable("the commit was cut off")] * len(batch)
        try:
            outcomes = _outcomes(self._store_new, [each.delivery for each in batch])
        finally:
            wakes = self._let_next_lead(any(isinstance(outcome, Stored) for outcome in outcomes))
            for other, outcome in zip(batch[1:], outcomes[1:], strict=True):
                other.told.put(outcome)
        reached("receiver.committed")
        if wakes:
            self._wake_worker()
        return outcomes[0]

    def _take(self) -> list[_Waiting]:
        """Those that wait, the leader's first."""
        with self._lock:
            batch, self._waiting = self._waiting, []
        return batch

    def _let_next_lead(self, kept: bool) -> bool:
        """Whether it is time to wake a worker for what was kept."""
        with self._lock:
            self._is_led = bool(self._waiting)
            if self._waiting:
                self._waiting[0].told.put(_Call.LEAD)
            self._unwoken += kept
            wakes = self._unwoken >= (_MOST_UNWOKEN if self._is_led else 1)
            self._unwoken = 0 if wakes else self._unwoken
        return wakes

    def _wake_worker(self) -> None:
        try:
            self._wake()
        except Exception as error:  # whatever it is: all is committed, and the clock wakes later
            log.warning("wake_failed", error=type(error).__name__)


def _outcomes(store_new: StoreNew, new: Sequence[NewDelivery]) -> list[_Outcome]:
    """What one commit failed for is looked for by halving, unless the ledger is away for all."""
    try:
        return list(store_new(new))
    except Exception as error:
        if len(new) == 1 or (isinstance(error, LedgerUnavailable) and error.is_away):
            return [error] * len(new)
    middle = len(new) // 2
    return _outcomes(store_new, new[:middle]) + _outcomes(store_new, new[middle:])
