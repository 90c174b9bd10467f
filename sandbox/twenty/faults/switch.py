"""The faults at work: replaced at run time, drawn from one seed, counted."""

from collections import Counter, defaultdict, deque
from random import Random
from threading import Lock
from time import monotonic as now_s

from sandbox.twenty.faults.fates import Fate
from sandbox.twenty.faults.settings import ApiFault, Faults

MINUTE_S = 60.0
AFTER_A_CRASH_S = 0.01
"""A second copy comes at least this much later, so that its timestamp is another one."""


class FaultSwitch:
    """Thread-safe. Each kind of fault has its own stream of chance from the seed: the same calls and changes in
    the same order meet the same faults, whatever else is switched on.
    """

    def __init__(self, faults: Faults | None = None) -> None:
        self._lock = Lock()
        self._counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.set(faults or Faults())

    @property
    def settings(self) -> Faults:
        return self._settings

    def set(self, faults: Faults) -> None:
        """From now on these, with chance started anew from their seed. The counts go on."""
        with self._lock:
            self._settings = faults
            self._chance: dict[str, Random] = {}
            self._admitted_s: deque[float] = deque()

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        """What was done to which: `{"dropped": {"note.created": 3}, "cut": {"POST notes": 1}}`.

        Of webhooks, by event: dropped, dropped_above_limit, doubled, delayed, reordered. Of the API, by method and
        plural: 429, 500, 400, hang, cut.
        """
        with self._lock:
            return {what: dict(+counter) for what, counter in self._counts.items() if +counter}

    def fates(self, event_name: str) -> list[Fate]:
        """One for each post that is to be made of a delivery: none, one or two."""
        with self._lock:
            faults = self._settings
            is_dropped = self._strikes("drop", faults.drop_share)
            is_doubled = self._strikes("double", faults.double_share)
            first, second = (self._fate(name) for name in ("first", "second"))
            if not self._is_admitted():
                self._counts["dropped_above_limit"][event_name] += 1
                return []
            if is_dropped:
                self._counts["dropped"][event_name] += 1
                return []
            second = Fate(max(AFTER_A_CRASH_S, second.delay_s), second.steps_back)
            fates = [first, second] if is_doubled else [first]
            self._count_posts(event_name, fates)
            return fates

    def api_fault(self, method: str, plural: str | None) -> ApiFault | None:
        """The fault that a call meets: the first that strikes."""
        with self._lock:
            fitting = [(at, fault) for at, fault in enumerate(self._settings.api) if fault.is_for(method, plural)]
            struck = [fault for at, fault in fitting if self._strikes(f"api/{at}", fault.share)]
            if not struck:
                return None
            self._counts[struck[0].kind][f"{method} {plural or 'unknown'}"] += 1
            return struck[0]

    def _fate(self, copy: str) -> Fate:
        delay_s = self._stream(f"delay/{copy}").uniform(0, self._settings.delay_s)
        return Fate(delay_s, self._strikes(f"reorder/{copy}", self._settings.reorder_share))

    def _count_posts(self, event_name: str, fates: list[Fate]) -> None:
        self._counts["doubled"][event_name] += len(fates) - 1
        self._counts["delayed"][event_name] += len(fates) if self._settings.delay_s else 0
        self._counts["reordered"][event_name] += sum(fate.steps_back for fate in fates)

    def _is_admitted(self) -> bool:
        most = self._settings.drop_above_a_minute
        if most is None:
            return True
        at_s = now_s()
        while self._admitted_s and self._admitted_s[0] <= at_s - MINUTE_S:
            self._admitted_s.popleft()
        if len(self._admitted_s) >= most:
            return False
        self._admitted_s.append(at_s)
        return True

    def _strikes(self, name: str, share: float) -> bool:
        return self._stream(name).random() < share

    def _stream(self, name: str) -> Random:
        if name not in self._chance:
            self._chance[name] = Random(f"{self._settings.seed}/{name}")
        return self._chance[name]
