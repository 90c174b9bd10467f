"""A rep's work: calls, other notes, deals and trainings in order of time, one at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import merge
from random import Random

from sandbox.floor.academy import Academy, Training
from sandbox.floor.calls import Call, dial
from sandbox.floor.deals import Deal, begin_deal
from sandbox.floor.leads import LeadBook
from sandbox.floor.shifts import LENGTH, Shift
from sandbox.floor.team import MOST_CALLS_A_DAY, Floor, Rep, new_id

_NOTE_AFTER_S = 60
_OTHER_NOTE = 0.07
_GIVEN_UP = 0.1
_THROWN_AWAY = 0.1
_WITH_DEAL = 0.8
# A second writer's note may be taken for the twin of another call that is nearer than two minutes.
_JITTER = 0.4
_LOST_LEADS = frozenset({"WRONG_NUMBER", "DNC", "DISCONNECTED"})
_OTHER_NOTES = (
    ("SMS - confirmed for tomorrow", ""),
    ("Email - quote sent", "Call - CONTACT | 9:59 | quoted in a mail"),
    ("Note - prefers mornings", ""),
    ("Voicemail - left by the customer", ""),
    ("Re: Call - CONTACT | 2:05 | a forwarded one", ""),
    # Calls that came in: neither dials nor calls.
    ("Call - rejected", "Rejected incoming call"),
    ("Call - voicemail", "Sent to voicemail"),
)


@dataclass(frozen=True, slots=True)
class OtherNote:
    """A note that is no call of the rep's, destroyed again at `destroyed_at`."""

    at: datetime
    id: str
    title: str
    body: str
    destroyed_at: datetime | None


Deed = Call | OtherNote | Deal | Training


def work_of(floor: Floor, rep: Rep) -> Iterator[Deed]:
    """All that a rep does on the floor, by when it begins. Lazy; the same every time."""
    rng = floor.random("work", rep.index)
    leads, academy = LeadBook(rng), Academy(floor, rep, floor.random("academy", rep.index))
    for shift in rep.shifts:
        yield from merge(academy.day(shift), _selling(floor, rep, shift, leads, rng), key=lambda deed: deed.at)


def _selling(floor: Floor, rep: Rep, shift: Shift, leads: LeadBook, rng: Random) -> Iterator[Deed]:
    for at in _call_times(floor, rep, shift, rng):
        lead, touches = leads.next(shift.on)
        calls = list(dial(rep, lead, touches, at, rng, lossy=floor.lossy))
        yield from calls
        if rng.random() < _OTHER_NOTE:
            yield _other_note(at + timedelta(seconds=_NOTE_AFTER_S), rng)
        call = calls[-1]
        said = call.notes[0].meant.disposition
        if said == "APPOINTMENT" and not call.by_api_key and rng.random() < _WITH_DEAL:
            yield begin_deal(floor, rep, lead, at, rng)
        if not call.appointed and said not in _LOST_LEADS and rng.random() > _GIVEN_UP:
            leads.call_again(lead, touches, shift.on)


def _call_times(floor: Floor, rep: Rep, shift: Shift, rng: Random) -> Iterator[datetime]:
    count = min(MOST_CALLS_A_DAY, max(1, round(floor.calls_a_day * rep.habit.pace)))
    gap_s = LENGTH.total_seconds() / count
    for n in range(count):
        yield shift.starts_at + timedelta(seconds=round((n + _JITTER * rng.random()) * gap_s, 3))


def _other_note(at: datetime, rng: Random) -> OtherNote:
    title, body = rng.choice(_OTHER_NOTES)
    destroyed_at = at + timedelta(minutes=5) if rng.random() < _THROWN_AWAY else None
    return OtherNote(at, new_id(rng), title, body, destroyed_at)
