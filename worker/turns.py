"""Turns at a worker: how long one process of the digest or the publisher goes on before it leaves it to others.

A process that begins has to be forked, to connect, and to learn each statement anew, which costs ten times what a few
notes do. So one that runs in a worker stays for what comes next, as long as nobody waits for its worker.
"""

from collections.abc import Callable
from time import monotonic, sleep

from worker.wake import Wake

TURN_S = 10.0  # default: work that never ends lets other jobs have the worker, which may be the only one
LOOK_S = 0.05  # a worker that is free has taken a job in line by then
GIVES_WAY_S = 0.5  # default: who is at work lets others wait so long, as the next one has to begin
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
    """Of one process, from now on."""

    def __init__(self, wake: Wake) -> None:
        self._wake = wake
        self._ends_s = monotonic() + TURN_S
        self._wanted_since_s: float | None = None

    @property
    def is_over(self) -> bool:
        """Also when somebody has waited for a worker, which all are busy, for too long."""
        return monotonic() >= self._ends_s or self.is_wanted

    @property
    def is_wanted(self) -> bool:
        return STAY.allowed and self._wanted_s() >= GIVES_WAY_S

    def more(self, waits: Callable[[], object]) -> bool:
        """Looks whether something waits, until it does; False if it is time to leave. Errors: those of `waits`."""
        gives_up_s = min(self._ends_s, monotonic() + STAYS_S)
        while STAY.allowed and monotonic() < gives_up_s:
            wanted_s = self._wanted_s()
            if wanted_s < GIVES_WAY_S and waits():
                return True
            if wanted_s >= LOOK_S:
                return False
            sleep(LOOK_S)
        return False

    def _wanted_s(self) -> float:
        """How long somebody waited for a worker at each look."""
        if not self._wake.somebody_waits():
            self._wanted_since_s = None
            return 0.0
        if self._wanted_since_s is None:
            self._wanted_since_s = monotonic()
        return monotonic() - self._wanted_since_s
