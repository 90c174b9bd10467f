"""The tide: the floor works on as far as the kills have come, so that all of them meet traffic."""

from threading import Condition

ACTIONS_A_SECOND = 40.0


class Tide:
    """Lets the floor do a share of its `length` actions for each of `strikes`, no faster than 40 a second."""

    def __init__(self, length: int, strikes: int) -> None:
        self._slice = length / max(1, strikes)
        self._changed = Condition()
        self._done = 0
        self._limit = 0.0

    def pace(self, done: int) -> None:
        """The floor has done so many: waits for its next action's turn."""
        with self._changed:
            self._done = done
            self._changed.notify_all()
            self._changed.wait_for(lambda: done <= self._limit)
            self._changed.wait(1 / ACTIONS_A_SECOND)

    def rise_to(self, strike: int, at: float) -> None:
        """Lets the floor work through the strike's slice, and returns when it is at its part `at` (0 to 1)."""
        with self._changed:
            self._limit = (strike + 1) * self._slice
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._done >= (strike + at) * self._slice - 1)

    def let_go(self) -> None:
        """No more bounds, until the next `rise_to`."""
        with self._changed:
            self._limit = float("inf")
            self._changed.notify_all()

    def ebb(self) -> None:
        """The floor works no more: nobody waits for it."""
        with self._changed:
            self._done = 1 << 62
            self._changed.notify_all()
