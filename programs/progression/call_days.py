"""Calls by day: what rates over the latest days are made of."""

from bisect import bisect_left, bisect_right, insort
from dataclasses import dataclass, field
from datetime import date


@dataclass(slots=True)
class CallCounts:
    """How many calls, and how many of them have a known duration, are drops, are long."""

    calls: int = 0
    known_durations: int = 0
    sub_thirty: int = 0
    over_two_minutes: int = 0

    def add(self, other: "CallCounts", by: int = 1) -> None:
        """Adds the other counts, or takes them away (`by` -1)."""
        self.calls += by * other.calls
        self.known_durations += by * other.known_durations
        self.sub_thirty += by * other.sub_thirty
        self.over_two_minutes += by * other.over_two_minutes


@dataclass(slots=True)
class CallDays:
    """A rep's calls by day in the rep's time zone; a day without calls is none.

    Sums over the last days are remembered, because nearly every call is on the latest.
    """

    days: list[date] = field(default_factory=list)
    _of: dict[date, CallCounts] = field(default_factory=dict)
    _of_last: dict[int, CallCounts] = field(default_factory=dict)

    def add(self, on: date, counts: CallCounts, by: int) -> None:
        """Adds calls of a day, or takes them away (`by` -1)."""
        if on not in self._of:
            self._of[on] = CallCounts()
            insort(self.days, on)
            self._of_last.clear()
        elif on != self.days[-1]:
            self._of_last.clear()
        for total in (self._of[on], *self._of_last.values()):
            total.add(counts, by)
        if not self._of[on].calls:
            del self._of[on]
            self.days.remove(on)
            self._of_last.clear()

    def on(self, day: date) -> CallCounts:
        """The calls of a day in `days`."""
        return self._of[day]

    def of_last(self, days: int) -> CallCounts | None:
        """The calls of the last so many days in which the rep called, as of now; None when there were not so many."""
        if len(self.days) < days:
            return None
        if days not in self._of_last:
            self._of_last[days] = self._sum(self.days[-days:])
        return self._of_last[days]

    def between(self, first: date, last: date) -> CallCounts:
        """The calls from one day of the calendar to another, both included."""
        return self._sum(self.days[bisect_left(self.days, first) : bisect_right(self.days, last)])

    def _sum(self, days: list[date]) -> CallCounts:
        total = CallCounts()
        for on in days:
            total.add(self._of[on])
        return total
