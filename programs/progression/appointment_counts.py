"""Appointments as of a moment: signs come and go, and the windows that cover them follow."""

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, tzinfo

from programs.progression.appointments import Point, Window, windows


@dataclass(slots=True)
class AppointmentCounts:
    """A rep's appointments set and held; each belongs to the day of its window's first sign, in the rep's zone.

    A fold that goes on from a checkpoint knows the `points` of those leads alone that it goes on to touch.
    """

    window_days: int
    time_zone: tzinfo
    set: int = 0
    held: int = 0
    days: list[date] = field(default_factory=list)
    held_days: list[date] = field(default_factory=list)
    points: dict[str, list[Point]] = field(default_factory=lambda: defaultdict(list))
    _windows: dict[str, list[Window]] = field(default_factory=lambda: defaultdict(list))

    def add(self, point: Point) -> None:
        """A sign came to stand."""
        self.points[point.lead].append(point)
        self._cover(point.lead)

    def take(self, point: Point) -> None:
        """A sign that stood does not any more."""
        self.points[point.lead].remove(point)
        self._cover(point.lead)

    def set_between(self, first: date, last: date) -> int:
        """How many were set from one day to another, both included."""
        return _between(self.days, first, last)

    def set_and_held(self, first: date, last: date) -> tuple[int, int]:
        """How many were set from one day to another, both included, and how many of those were held."""
        return self.set_between(first, last), _between(self.held_days, first, last)

    def know(self, points_of: Mapping[str, list[Point]]) -> None:
        """Takes over the signs of leads that were counted before."""
        for lead, points in points_of.items():
            self.points[lead] = points
            self._windows[lead] = windows(points, self.window_days)

    def _cover(self, lead: str) -> None:
        for window in self._windows[lead]:
            self._count(window, -1)
        self._windows[lead] = windows(self.points[lead], self.window_days)
        for window in self._windows[lead]:
            self._count(window, 1)

    def _count(self, window: Window, by: int) -> None:
        on = window.first_at.astimezone(self.time_zone).date()
        self.set += by
        _move(self.days, on, by)
        if window.held_at is not None:
            self.held += by
            _move(self.held_days, on, by)


def _between(days: list[date], first: date, last: date) -> int:
    return bisect_right(days, last) - bisect_left(days, first)


def _move(days: list[date], on: date, by: int) -> None:
    if by > 0:
        insort(days, on)
    else:
        del days[bisect_left(days, on)]
