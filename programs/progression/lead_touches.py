"""Leads and the days on which they were called."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from programs.progression.cadence import full_cadence
from programs.progression.rules import Rules


@dataclass(slots=True)
class LeadTouches:
    """How many leads were called, and how many have a full cadence; on which days, and how often on each.

    A fold that goes on from a checkpoint knows the `days` of those leads alone that it goes on to touch, and the leads
    `by_day` of the latest days.
    """

    rules: Rules
    called: int = 0
    in_full: int = 0
    days: dict[str, Counter[date]] = field(default_factory=lambda: defaultdict(Counter))
    full: set[str] = field(default_factory=set)
    by_day: dict[date, set[str]] = field(default_factory=lambda: defaultdict(set))

    def add(self, lead: str, on: date) -> None:
        """A call to the lead."""
        days = self.days[lead]
        self.called += not days
        days[on] += 1
        if days[on] > 1:
            return
        self.by_day[on].add(lead)
        if lead not in self.full and full_cadence(days, self.rules):
            self.full.add(lead)
            self.in_full += 1

    def take(self, lead: str, on: date) -> None:
        """A call to the lead that was counted is none any more."""
        days = self.days[lead]
        days[on] -= 1
        if days[on]:
            return
        del days[on]
        self.by_day[on].discard(lead)
        if lead in self.full and not full_cadence(days, self.rules):
            self.full.remove(lead)
            self.in_full -= 1
        if not days:
            del self.days[lead]
            self.called -= 1

    def called_and_full(self, first: date, last: date) -> tuple[int, int]:
        """How many leads were called from one day to another, both included, and how many have a full cadence."""
        called = {lead for on, leads in self.by_day.items() if first <= on <= last for lead in leads}
        return len(called), len(called & self.full)

    def know(self, days_of: Mapping[str, Counter[date]]) -> None:
        """Takes over the days of leads that were counted before."""
        self.days.update(days_of)
        self.full.update(lead for lead, days in days_of.items() if full_cadence(days, self.rules))
