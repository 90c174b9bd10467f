"""Appointments by the rules documents: the fewest 14-day windows over all signs of one rep and lead."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

WINDOW = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign that an appointment with a lead was set, or that it was held: a call note or an opportunity."""

    at: datetime
    lead: str
    held: bool = False


@dataclass(slots=True)
class Appointment:
    """An appointment: when it was set, and whether one of its signs says that it was held."""

    set_at: datetime
    held: bool = False


def appointments(signs: Iterable[Sign]) -> list[Appointment]:
    """A rep's appointments. One begins with a sign that no earlier one of the same lead covers."""
    newest: dict[str, Appointment] = {}
    found: list[Appointment] = []
    for sign in sorted(signs, key=lambda sign: sign.at):
        current = newest.get(sign.lead)
        if current is None or sign.at >= current.set_at + WINDOW:
            current = newest[sign.lead] = Appointment(sign.at)
            found.append(current)
        current.held |= sign.held
    return found


class AppointmentBook:
    """A rep's appointments while signs come and go: how many are set, how many held, and set on which days."""

    def __init__(self, zone: tzinfo) -> None:
        self.set = 0
        self.held = 0
        self.set_on: Counter[date] = Counter()
        self._zone = zone
        self._signs: defaultdict[str, Counter[Sign]] = defaultdict(Counter)

    def move(self, sign: Sign, by: int) -> None:
        """A sign appears (1) or is taken back (-1)."""
        self._count(sign.lead, -1)
        self._signs[sign.lead][sign] += by
        self._count(sign.lead, 1)

    def _count(self, lead: str, by: int) -> None:
        for each in appointments(+self._signs[lead]):
            self.set += by
            self.held += by * each.held
            self.set_on[each.set_at.astimezone(self._zone).date()] += by
