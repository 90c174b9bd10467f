"""An outage of repsync while a floor works on."""

from collections.abc import Callable
from datetime import datetime, timedelta

from runtime.demo.stage import Stage


class Outage:
    """Takes repsync down after `begins_after` actions, for `length` of the floor's time (`now`); zero: never."""

    def __init__(self, stage: Stage, length: timedelta, begins_after: int, now: Callable[[], datetime]) -> None:
        self._stage = stage
        self._length = length
        self._begins_after = begins_after
        self._now = now
        self._ends_at: datetime | None = None

    def at(self, done: int) -> None:
        """So many actions are done: goes down or comes back if it is time."""
        if self._length and done == self._begins_after:
            self._stage.go_down()
            self._ends_at = self._now() + self._length
        elif self._ends_at is not None and self._now() >= self._ends_at:
            self._stage.come_back()
            self._ends_at = None
