"""Leads and the days on which they were called."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date

from programs.progression.cadence import full_cadence
from programs.progression.rules import Rules


@dataclass(slots=True)
class LeadTouches:
    """The call days of each lead that was called (how many calls on each), and whose cadence is full."""

    rules: Rules
    days: dict[str, Counter[date]] = field(default_factory=lambda: defaultdict(Counter))
    full: set[str] = field(default_factory=set)

    def add(self, lead: str, on: date) -> None:
        """A call to the lead."""
        days = self.days[lead]
        days[on] += 1
        if days[on] == 1 and lead not in self.full and full_cadence(days, self.rules):
            self.full.add(lead)

    def take(self, lead: str, on: date) -> None:
        """A call to the lead that was counted is none any more."""
        days = self.days[lead]
        days[on] -= 1
        if days[on]:
            return
        del days[on]
        if lead in self.full and not full_cadence(days, self.rules):
            self.full.remove(lead)
        if not days:
            del self.days[lead]

    def called_and_full(self, first: date, last: date) -> tuple[int, int]:
        """How many leads were called from one day to another, both included, and how many have a full cadence."""
        called = {lead for lead, days in self.days.items() if any(first <= on <= last for on in days)}
        return len(called), len(called & self.full)
