"""Whether the machine was ours while something was measured: a host that gives time to its other guests says so."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

TRIES = 3
MOST_TAKEN = 0.05
_TICKS_A_S = os.sysconf("SC_CLK_TCK")
_STEAL = 8  # "steal" in proc(5), the line of all processors
_T = TypeVar("_T")


class Watch:
    """From its making on."""

    def __init__(self) -> None:
        self._began_s = time.monotonic()
        self._taken_s = taken_s()

    @property
    def taken_share(self) -> float:
        """The share of all processors' time that others had, 0 to 1."""
        passed_s = (time.monotonic() - self._began_s) * (os.cpu_count() or 1)
        return (taken_s() - self._taken_s) / passed_s


def taken_s(stat: Path = Path("/proc/stat")) -> float:
    """Seconds that others had since the machine's start, of all processors together; 0 where the system tells none."""
    try:
        return int(stat.read_text().split()[_STEAL]) / _TICKS_A_S
    except (OSError, IndexError, ValueError):
        return 0.0


def calmest(measure: Callable[[], _T], tries: int = TRIES) -> _T:
    """Measures, and again, up to so many times, while others had more than a twentieth; what was disturbed least."""
    found: list[tuple[float, _T]] = []
    while len(found) < tries and all(share > MOST_TAKEN for share, _ in found):
        watch = Watch()
        result = measure()
        found.append((watch.taken_share, result))
    return min(found, key=lambda each: each[0])[1]
