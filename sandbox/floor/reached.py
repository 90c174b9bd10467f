"""What a rep has at a moment, while events begin and end to count."""

from collections import Counter, defaultdict
from datetime import date, timedelta, tzinfo

from sandbox.floor.appointments import AppointmentBook, Sign
from sandbox.floor.events import Event, What


class Reached:
    """Counts by kind and by day in the rep's time zone, appointments, trainings, and the badges got so far."""

    def __init__(self, zone: tzinfo) -> None:
        self.appointments = AppointmentBook(zone)
        self.exams: dict[str, int] = {}
        self.badges: set[str] = set()
        self._zone = zone
        self._counts: Counter[What] = Counter()
        self._days: defaultdict[date, Counter[What]] = defaultdict(Counter)
        self._subjects: defaultdict[What, Counter[str]] = defaultdict(Counter)

    def move(self, event: Event, by: int) -> None:
        """An event begins (1) or ends (-1) to count."""
        if event.what in ("sign", "held_sign"):
            self.appointments.move(Sign(event.at, event.subject, event.what == "held_sign"), by)
        elif event.what == "exam":
            self.exams[event.subject] = max(event.amount, self.exams.get(event.subject, 0))
        else:
            self._counts[event.what] += by * event.amount
            self._days[event.at.astimezone(self._zone).date()][event.what] += by
            self._subjects[event.what][event.subject] += by

    def count(self, what: What) -> int:
        return self._counts[what]

    def subjects(self, what: What) -> frozenset[str]:
        return frozenset(+self._subjects[what])

    def days_with(self, what: What) -> list[date]:
        """The days, earliest first."""
        return sorted(on for on, counts in self._days.items() if counts[what])

    def over(self, what: What, days: list[date]) -> int:
        """How many on these days together."""
        return sum(self._days[on][what] for on in days)

    def appointments_between(self, first: date, last: date) -> int:
        return sum(count for set_on, count in self.appointments.set_on.items() if first <= set_on <= last)

    def studied(self, *numbers: int) -> bool:
        return self.subjects("module").issuperset(f"module_{number}" for number in numbers)

    def longest_streak(self) -> int:
        """The most active days in a row."""
        longest = current = 0
        before: date | None = None
        for on in self.days_with("active"):
            current = current + 1 if before and on - before == timedelta(days=1) else 1
            longest, before = max(longest, current), on
        return longest
