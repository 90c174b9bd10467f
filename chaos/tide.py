"""The tide: the floor works on as far as the kills have come, so that all of them meet traffic."""

from threading import Condition

ACTIONS_A_SECOND = 40.0


class CalledOff(Exception):
    """The run is over before the floor's work is."""


class Tide:
    """Lets the floor do a share of its `length` actions for each of `strikes`, no faster than 40 a second."""

    def __init__(self, length: int, strikes: int) -> None:
        self._slice = length / max(1, strikes)
        self._changed = Condition()
        self._done = 0
        self._limit = 0.0
        self._is_called_off = False

    def pace(self, done: int) -> None:
        """The floor has done so many: waits for its next action's turn. Errors: `CalledOff`."""
        with self._changed:
            self._done = done
            self._changed.notify_all()
            self._changed.wait_for(lambda: done <= self._limit)
            self._changed.wait(1 / ACTIONS_A_SECOND)
            if self._is_called_off:
                raise CalledOff

    def rise_to(self, strike: int, at: float) -> None:
        """Lets the floor work through the strike's slice, and returns when it is at its part `at` (0 to 1)."""
        with self._changed:
            self._limit = (strike + 1) * self._slice
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._done >= (strike + at) * self._slice - 1)

    def let_go(self) -> None:
        """No more bounds: the floor works on to its end."""
        with self._changed:
            self._limit = float("inf")
            self._changed.notify_all()

    def call_off(self) -> None:
        """The floor stops before its next action, unless it is at its end."""
        self._is_called_off = True
        self.let_go()

    def ebb(self) -> None:
        """The floor works no more: nobody waits for it."""
        with self._changed:
            self._done = 1 << 62
            self._changed.notify_all()
