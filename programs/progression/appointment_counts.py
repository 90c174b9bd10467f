"""Appointments as of a moment: signs come and go, and the windows that cover them follow."""

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, tzinfo

from programs.progression.appointments import Point, Window, windows


@dataclass(slots=True)
class AppointmentCounts:
    """A rep's appointments set and held; each belongs to the day of its window's first sign, in the rep's zone."""

    window_days: int
    time_zone: tzinfo
    set: int = 0
    held: int = 0
    days: list[date] = field(default_factory=list)
    _points: dict[str, list[Point]] = field(default_factory=lambda: defaultdict(list))
    _windows: dict[str, list[Window]] = field(default_factory=lambda: defaultdict(list))

    def add(self, point: Point) -> None:
        """A sign came to stand."""
        self._points[point.lead].append(point)
        self._cover(point.lead)

    def take(self, point: Point) -> None:
        """A sign that stood does not any more."""
        self._points[point.lead].remove(point)
        self._cover(point.lead)

    def set_between(self, first: date, last: date) -> int:
        """How many were set from one day to another, both included."""
        return bisect_right(self.days, last) - bisect_left(self.days, first)

    def set_and_held(self, first: date, last: date) -> tuple[int, int]:
        """How many were set from one day to another, both included, and how many of those were held."""
        of_days = [w for found in self._windows.values() for w in found if first <= self._day(w) <= last]
        return len(of_days), sum(window.held_at is not None for window in of_days)

    def _cover(self, lead: str) -> None:
        for window in self._windows[lead]:
            self._count(window, -1)
        self._windows[lead] = windows(self._points[lead], self.window_days)
        for window in self._windows[lead]:
            self._count(window, 1)

    def _count(self, window: Window, by: int) -> None:
        self.set += by
        self.held += by * (window.held_at is not None)
        on = self._day(window)
        if by > 0:
            insort(self.days, on)
        else:
            del self.days[bisect_left(self.days, on)]

    def _day(self, window: Window) -> date:
        return window.first_at.astimezone(self.time_zone).date()
