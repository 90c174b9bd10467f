"""Appointments by the rules documents: the fewest 14-day windows over all signs of one rep and lead."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

WINDOW = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign that an appointment with a lead was set: a call note or an opportunity. `stands` unless taken back."""

    at: datetime
    lead: str
    stands: bool = True
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
