"""Group commit: one commit for all deliveries that came in while the last one was written."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from queue import SimpleQueue
from threading import Lock

import structlog

from ledger.errors import LedgerUnavailable
from ledger.fault_points import reached
from ledger.inbox import Stored
from schemas.delivery import NewDelivery

StoreAll = Callable[[Sequence[NewDelivery]], Sequence[Stored]]

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting:
    """A delivery that a thread handed over. What it is told: its outcome, or None, that it is to lead."""

    delivery: NewDelivery
    told: SimpleQueue[Stored | Exception | None] = field(default_factory=SimpleQueue)


class GroupCommit:
    """Stores deliveries of many threads, each of which returns when its own is committed.

    It has no thread of its own: whoever comes while nobody writes leads, writes all that wait, and lets the next one
    lead. `store_all` commits deliveries with distinct keys, or raises and keeps none of them. `wake` wakes a worker,
    once for each commit that kept something new; it may raise.
    """

    def __init__(self, store_all: StoreAll, wake: Callable[[], None]) -> None:
        self._store_all = store_all
        self._wake = wake
        self._lock = Lock()
        self._is_led = False
        self._waiting: list[_Waiting] = []

    def __call__(self, delivery: NewDelivery) -> Stored:
        """Returns once it is committed. Raises what `store_all` raises for this delivery, not for one beside it."""
        outcome = self._outcome(_Waiting(delivery))
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def _outcome(self, mine: _Waiting) -> Stored | Exception:
        if not self._leads_at_once(mine) and (outcome := mine.told.get()) is not None:
            return outcome
        return self._lead()

    def _leads_at_once(self, mine: _Waiting) -> bool:
        with self._lock:
            self._waiting.append(mine)
            is_led, self._is_led = self._is_led, True
        return not is_led

    def _lead(self) -> Stored | Exception:
        """Writes what waits, tells the others, and then wakes a worker; returns what became of the leader's own."""
        batch = self._take()
        outcomes: list[Stored | Exception] = [LedgerUnavailable("the commit was cut off")] * len(batch)
        try:
            outcomes = _outcomes(self._store_all, [each.delivery for each in batch])
        finally:
            self._let_next_lead()
            for other, outcome in zip(batch[1:], outcomes[1:], strict=True):
                other.told.put(outcome)
        reached("receiver.committed")
        if any(isinstance(outcome, Stored) and outcome.is_new for outcome in outcomes):
            self._wake_worker()
        return outcomes[0]

    def _take(self) -> list[_Waiting]:
        """Those that wait, the leader's first. A repeat of one of them waits for the next commit, which counts it."""
        with self._lock:
            taken: dict[tuple[str, str], _Waiting] = {}
            for each in self._waiting:
                taken.setdefault((each.delivery.source, each.delivery.key), each)
            batch = list(taken.values())
            self._waiting = [each for each in self._waiting if each not in batch]
        return batch

    def _let_next_lead(self) -> None:
        with self._lock:
            self._is_led = bool(self._waiting)
            if self._waiting:
                self._waiting[0].told.put(None)

    def _wake_worker(self) -> None:
        try:
            self._wake()
        except Exception as error:  # whatever it is: all is committed, and the clock wakes later
            log.warning("wake_failed", error=type(error).__name__)


def _outcomes(store_all: StoreAll, new: Sequence[NewDelivery]) -> list[Stored | Exception]:
    """What one commit failed for is looked for by halving, unless the ledger is away for all."""
    try:
        return list(store_all(new))
    except Exception as error:
        if len(new) == 1 or (isinstance(error, LedgerUnavailable) and error.is_away):
            return [error] * len(new)
    middle = len(new) // 2
    return _outcomes(store_all, new[:middle]) + _outcomes(store_all, new[middle:])
