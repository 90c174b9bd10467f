"""A tally as JSON, and back: all but its leads, of which those of the latest days alone; leads by themselves."""

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from programs.progression.appointments import Point
from programs.progression.call_days import CallCounts
from programs.progression.tally import Tally

_NUMBERS = ("xp", "connects", "voicemails", "early_calls", "deals")
_SETS = ("modules", "badges", "unscored_exams", "certifications", "bosses", "mentees")


def tally_json(tally: Tally, leads_from: date) -> dict[str, Any]:
    """The figures; days as numbers (of the proleptic calendar); the leads that were called since `leads_from`."""
    touches, called = tally.touches, tally.appointments
    latest = {on: leads for on, leads in touches.by_day.items() if on >= leads_from and leads}
    return {
        **{name: getattr(tally, name) for name in _NUMBERS},
        **{name: sorted(getattr(tally, name)) for name in _SETS},
        "exams": {exam: str(score) for exam, score in sorted(tally.exams.items())},
        "calls": [[on.toordinal(), *_numbers(tally.call_days.on(on))] for on in tally.call_days.days],
        "active": [[on.toordinal(), count] for on, count in sorted(tally.active_on.items())],
        "set": [on.toordinal() for on in called.days],
        "held": [on.toordinal() for on in called.held_days],
        "leads": [touches.called, touches.in_full],
        "latest": [[on.toordinal(), sorted(leads)] for on, leads in sorted(latest.items())],
        "full": sorted(touches.full & {lead for leads in latest.values() for lead in leads}),
    }


def restore_tally(tally: Tally, kept: Mapping[str, Any]) -> None:
    """Brings an empty tally to where the kept one was; leads are restored by `restore_leads`."""
    for name in _NUMBERS:
        setattr(tally, name, kept[name])
    for name in _SETS:
        setattr(tally, name, set(kept[name]))
    tally.exams = {exam: Decimal(score) for exam, score in kept["exams"].items()}
    for on, *numbers in kept["calls"]:
        counts = CallCounts(*numbers)
        tally.calls.add(counts)
        tally.call_days.add(date.fromordinal(on), counts, 1)
    tally.active_on = Counter({date.fromordinal(on): count for on, count in kept["active"]})
    _restore_appointments(tally, kept)
    _restore_touches(tally, kept)


def _restore_appointments(tally: Tally, kept: Mapping[str, Any]) -> None:
    appointments = tally.appointments
    appointments.days = [date.fromordinal(on) for on in kept["set"]]
    appointments.held_days = [date.fromordinal(on) for on in kept["held"]]
    appointments.set, appointments.held = len(appointments.days), len(appointments.held_days)


def _restore_touches(tally: Tally, kept: Mapping[str, Any]) -> None:
    touches = tally.touches
    touches.called, touches.in_full = kept["leads"]
    touches.by_day.update({date.fromordinal(on): set(leads) for on, leads in kept["latest"]})
    touches.full.update(kept["full"])


def lead_json(tally: Tally, lead: str) -> dict[str, Any]:
    """The days on which a lead was called, how often on each, and the signs of its appointments."""
    days, points = tally.touches.days.get(lead, Counter()), tally.appointments.points.get(lead, [])
    signs = [[point.at.isoformat(), point.held_at and point.held_at.isoformat()] for point in points]
    return {
        "days": [[on.toordinal(), count] for on, count in sorted(days.items())],
        "signs": sorted(signs, key=lambda sign: (sign[0], sign[1] or "")),
    }


def restore_leads(tally: Tally, kept: Mapping[str, Mapping[str, Any]]) -> None:
    """What a restored tally counted of these leads."""
    days = {lead: each["days"] for lead, each in kept.items() if each["days"]}
    signs = {lead: each["signs"] for lead, each in kept.items() if each["signs"]}
    tally.touches.know(
        {lead: Counter({date.fromordinal(on): count for on, count in each}) for lead, each in days.items()}
    )
    tally.appointments.know({lead: [_point(lead, *sign) for sign in each] for lead, each in signs.items()})


def _point(lead: str, at: str, held_at: str | None) -> Point:
    return Point(datetime.fromisoformat(at), lead, (held_at and datetime.fromisoformat(held_at)) or None)


def _numbers(counts: CallCounts) -> Collection[int]:
    return counts.calls, counts.known_durations, counts.sub_thirty, counts.over_two_minutes
