"""What a run cost and how it went, as it is told in the end."""

import time
from collections import Counter
from dataclasses import dataclass, field
from threading import Lock

MINUTE_S = 60.0


@dataclass(frozen=True, slots=True)
class Counted:
    """A call that costs a token: whose it was (`repsync`, `suite` or `burst`), when it was answered, and how."""

    whose: str
    at_s: float
    status: int


@dataclass
class Figures:
    """Times are of a monotonic clock, in seconds."""

    calls: list[Counted] = field(default_factory=list)
    refused_writes: list[str] = field(default_factory=list)
    of_others: int = 0
    posted_s: dict[str, float] = field(default_factory=dict)
    came_s: dict[str, float] = field(default_factory=dict)
    in_row_s: dict[str, float] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def called(self, whose: str, status: int) -> None:
        with self._lock:
            self.calls.append(Counted(whose, time.monotonic(), status))

    def of(self, whose: str, status: int | None = None) -> list[Counted]:
        with self._lock:
            return [each for each in self.calls if each.whose == whose and status in (None, each.status)]

    def most_a_minute(self) -> int:
        """The most calls in any 60 s, those of the burst left out."""
        times = [each.at_s for each in (*self.of("repsync"), *self.of("suite"))]
        return max((sum(at <= each < at + MINUTE_S for each in times) for at in times), default=0)

    def lags_s(self) -> list[float]:
        """From the answer to the call that wrote a note to its webhook at the door, which can come before that."""
        return sorted(max(came - self.posted_s[note], 0) for note, came in self.came_s.items() if note in self.posted_s)

    def lines(self) -> list[str]:
        by_status = Counter((each.whose, each.status) for each in self.calls)
        calls = ", ".join(f"{whose} {status}: {n}" for (whose, status), n in sorted(by_status.items()))
        lags = self.lags_s()
        lost = len(self.posted_s) - len(self.posted_s.keys() & self.came_s.keys())
        lag = f", lag {lags[len(lags) // 2]:.2f} s (p50), {lags[-1]:.2f} s (most)" if lags else ""
        return [
            f"calls that cost a token, by status: {calls}; at most {self.most_a_minute()} in 60 s without the burst",
            f"webhooks of new notes: {len(lags)} came{lag}, {lost} lost; {self.of_others} of others' left alone",
            *(f"{what}: {seconds:.1f} s" for what, seconds in self.in_row_s.items()),
            *self.told,
        ]
