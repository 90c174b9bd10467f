"""Turns at a worker: how long one process of the digest or the publisher goes on before it leaves it to others.

A process that begins has to be forked, to connect, and to learn each statement anew, which costs ten times what a few
notes do. So one that runs in a worker stays for what comes next, as long as nobody waits for its worker.
"""

from collections.abc import Callable
from time import monotonic, sleep

from worker.wake import Wake

LOOK_S = 0.05
STAYS_S = 2.0  # default: behind the last thing that came; under steady traffic a turn ends by its length


class Stay:
    """Whether this process may wait for more: a worker's job may, until the worker is told to end."""

    def __init__(self) -> None:
        self.allowed = False

    def end(self, *_: object) -> None:
        """A handler of signals."""
        self.allowed = False


STAY = Stay()


class Turn:
    """Of one process, from now on for so many seconds."""

    def __init__(self, wake: Wake, length_s: float) -> None:
        self._wake = wake
        self._ends_s = monotonic() + length_s

    @property
    def is_over(self) -> bool:
        return monotonic() >= self._ends_s

    def more(self, waits: Callable[[], object]) -> bool:
        """Looks whether something waits, until it does; False if it is time to leave. Errors: those of `waits`."""
        gives_up_s = min(self._ends_s, monotonic() + STAYS_S)
        while STAY.allowed and monotonic() < gives_up_s:
            if waits():
                return True
            sleep(LOOK_S)
            if self._wake.somebody_waits():
                return False
        return False
