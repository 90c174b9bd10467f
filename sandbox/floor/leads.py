"""Leads: whom a rep calls next, on the days 0, 2, 6 and 9 of a trust-builder cadence."""

from dataclasses import dataclass
from datetime import date, timedelta
from heapq import heappop, heappush
from random import Random

from sandbox.floor.team import new_id

# Never two touches within 48 h: notes of one lead a day apart could be taken for one call's.
DAYS_TO_NEXT_TOUCH = (2, 4, 3)

_FIRST = ("Jane", "Omar", "Priya", "Lucas", "Nadia", "Kim", "Tom", "Rosa", "Ludwig", "Aiko", "Zoë", "Sam")
_LAST = ("Doe", "Okafor", "Nguyen", "Silva", "Meyer", "O'Brien", "Petrov", "Lindqvist", "Marsh | Sons", "Díaz")


@dataclass(frozen=True, slots=True)
class Lead:
    """A person in Twenty. Some names hold a ` | `, which is also what parts a call note's title."""

    id: str
    name: str
    phone: str


class LeadBook:
    """A rep's leads: the due ones first, then new ones."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._due: list[tuple[date, int, int, Lead]] = []
        self._made = 0

    def next(self, on: date) -> tuple[Lead, int]:
        """A lead and how often it was called before; 0 for a new one."""
        if self._due and self._due[0][0] <= on:
            _, _, touches, lead = heappop(self._due)
            return lead, touches
        self._made += 1
        name = f"{self._rng.choice(_FIRST)} {self._rng.choice(_LAST)}"
        return Lead(new_id(self._rng), name, f"+1555{self._rng.randrange(10**7):07}"), 0

    def call_again(self, lead: Lead, touches: int, on: date) -> None:
        """Puts a lead back, called `touches` times before today, unless its cadence is full."""
        if touches < len(DAYS_TO_NEXT_TOUCH):
            due_on = on + timedelta(days=DAYS_TO_NEXT_TOUCH[touches])
            heappush(self._due, (due_on, self._rng.getrandbits(32), touches + 1, lead))
