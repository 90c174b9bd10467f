"""Calls: what a rep's dialing leaves in Twenty, and what it meant."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Literal

from sandbox.floor.corrections import Change, changes, twin_changes
from sandbox.floor.habits import Habit
from sandbox.floor.leads import Lead
from sandbox.floor.notes import Form, Meant, told
from sandbox.floor.team import Rep, new_id

Trace = Literal["twins", "late twin", "redial", "V1", "V2", "V2b", "V3", "V4", "V5", "typed", "api key"]

# Both writers are at work today; the other forms are older, or typed by people.
_TRACES: dict[Trace, int] = {
    "twins": 45,
    "late twin": 2,
    "redial": 2,
    "V1": 24,
    "V2": 7,
    "V2b": 3,
    "V3": 4,
    "V4": 3,
    "V5": 3,
    "typed": 6,
    "api key": 1,
}
_FORMS: dict[Trace, Form] = {"V2": "V2", "V2b": "V2b", "V3": "V3", "V4": "V4", "V5": "V5"}
_TYPED: tuple[Form, ...] = ("typed", "typed_dash", "typed_short", "typed_wrong")
_NOBODY_THERE = ("NO_ANSWER", "BUSY")
_TALKS = frozenset({"CONTACT", "CALLBACK", "NOT_INTERESTED", "APPOINTMENT"})
_TIMER_STUCK = 0.02
_WITHOUT_TARGET = 0.03
_REDIALED_AFTER_S = 40


@dataclass(frozen=True, slots=True)
class CallNote:
    """One note of a call: created `at` as `meant`, then changed. `target_id` is its noteTarget's, if it has one."""

    id: str
    at: datetime
    form: Form
    meant: Meant
    target_id: str | None
    changes: tuple[Change, ...] = ()

    @property
    def meanings(self) -> tuple[Meant, ...]:
        """What each version of the note told, in order."""
        return (self.meant, *(change.meant for change in self.changes if change.meant))

    def says(self, at: datetime) -> Meant | None:
        """What it told at a time; None while it was not there."""
        done = [change for change in self.changes if change.at <= at]
        fates = [change.kind for change in done if change.kind != "update"]
        if at < self.at or (fates and fates[-1] != "restore"):
            return None
        return [self.meant, *(change.meant for change in done if change.meant)][-1]


@dataclass(frozen=True, slots=True)
class Call:
    """One dial. Its first note is the one that counts as long as it is there; a second is the other writer's twin.

    `by_api_key`: Twenty does not know which rep it was.
    """

    at: datetime
    lead: Lead
    is_new_lead: bool
    notes: tuple[CallNote, ...]
    by_api_key: bool = False

    @property
    def lead_told(self) -> str:
        """Whom Twenty links the call to: the lead, or nobody but the note itself."""
        return self.lead.id if self.notes[0].target_id else self.notes[0].id

    @property
    def appointed(self) -> bool:
        """Whether the call was ever said to have set an appointment."""
        return any(meant.disposition == "APPOINTMENT" for meant in self.notes[0].meanings)


@dataclass(frozen=True, slots=True)
class _Dialed:
    """What really happened on the phone."""

    at: datetime
    habit: Habit
    disposition: str
    duration_s: int


def dial(rep: Rep, lead: Lead, touches: int, at: datetime, rng: Random, *, lossy: bool) -> Iterator[Call]:
    """The call of a lead at `at`, who was called `touches` times before; a quick redial makes two."""
    disposition = rng.choices(list(rep.habit.outcomes), list(rep.habit.outcomes.values()))[0]
    dialed = _Dialed(at, rep.habit, disposition, _duration_s(rep.habit, disposition, rng))
    trace = _trace(disposition, rng)
    yield _left(dialed, trace, lead, touches == 0, rng, lossy=lossy)
    if trace == "redial":
        again = replace(dialed, at=at + timedelta(seconds=_REDIALED_AFTER_S))
        yield _left(again, trace, lead, False, rng, lossy=lossy)


def _left(dialed: _Dialed, trace: Trace, lead: Lead, is_new: bool, rng: Random, *, lossy: bool) -> Call:
    return Call(dialed.at, lead, is_new, _notes(dialed, trace, rng, lossy=lossy), trace == "api key")


def _duration_s(habit: Habit, disposition: str, rng: Random) -> int:
    """Seconds; now and then the dialer's timer does not start, and says 0."""
    if disposition in _TALKS:
        if rng.random() < _TIMER_STUCK:
            return 0
        # Nobody sets an appointment within 30 s.
        hung_up = disposition != "APPOINTMENT" and rng.random() < habit.hang_ups
        low, usual, high = habit.talk_s
        return rng.randint(5, 29) if hung_up else round(rng.triangular(low, high, usual))
    return rng.randint(25, 75) if disposition == "VOICEMAIL" else rng.randint(*habit.ring_s)


def _trace(disposition: str, rng: Random) -> Trace:
    trace = rng.choices(list(_TRACES), list(_TRACES.values()))[0]
    return "twins" if trace == "redial" and disposition not in _NOBODY_THERE else trace


def _notes(call: _Dialed, trace: Trace, rng: Random, *, lossy: bool) -> tuple[CallNote, ...]:
    if trace in ("twins", "redial", "late twin"):
        return _twins(call, trace, rng, lossy=lossy)
    form = _form(trace, rng)
    targeted = form not in ("V1", "V5") or call.disposition == "APPOINTMENT" or rng.random() > _WITHOUT_TARGET
    note = _note(call, form, call.at, rng, targeted=targeted)
    if trace == "api key":
        return (note,)
    outcomes = list(call.habit.outcomes) if form == "V1" else []
    return (replace(note, changes=changes(note.meant, call.at, rng, outcomes=outcomes, lossy=lossy)),)


def _form(trace: Trace, rng: Random) -> Form:
    if trace == "typed":
        return rng.choice(_TYPED)
    return _FORMS.get(trace, "V1")


def _twins(call: _Dialed, trace: Trace, rng: Random, *, lossy: bool) -> tuple[CallNote, ...]:
    """Both writers' notes, seconds apart in any order, or the second from the offline queue hours later."""
    # Without its duration a late note could not be told from another call's.
    late = trace == "late twin" and call.duration_s > 0
    first_at = call.at + timedelta(seconds=rng.choice((0, 0, 1)))
    apart = timedelta(hours=rng.uniform(1, 3.5)) if late else timedelta(seconds=rng.uniform(0.3, 2))
    first = _note(call, "V1", first_at, rng)
    second = _note(call, "V2", call.at + apart, rng)
    if trace != "twins" or call.disposition == "APPOINTMENT":
        return first, second
    of_first, of_second = twin_changes(first.meant, max(first.at, second.at), rng, lossy=lossy)
    return replace(first, changes=of_first), replace(second, changes=of_second)


def _note(call: _Dialed, form: Form, at: datetime, rng: Random, *, targeted: bool = True) -> CallNote:
    meant = told(form, call.disposition, call.duration_s)
    return CallNote(new_id(rng), at, form, meant, new_id(rng) if targeted else None)
