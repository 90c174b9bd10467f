"""Moments: a rep's facts and awards in event time, each with what it changes in the tally."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from programs.progression.appointments import Point, Window, windows
from programs.progression.facts import (
    BATTLE,
    CALL,
    CERTIFICATION,
    EXAM,
    MENTORSHIP,
    MODULE,
    Fact,
    KeptFact,
    counted_calls,
)
from programs.progression.rules import Rules
from programs.progression.tally import Tally


@dataclass(frozen=True, slots=True)
class PaidXp:
    """XP of one award, at the time of the fact that it was given for (`cause`, its key)."""

    cause: str
    amount: int
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that changes a rep's tally, named by the fact's key."""

    at: datetime
    key: str
    change: Callable[[Tally], None]


def moments(facts: Sequence[KeptFact], awards: Iterable[PaidXp], time_zone: tzinfo, rules: Rules) -> list[Moment]:
    """A rep's moments in (time, key) order. `facts` are all of the rep's; `time_zone` gives a call its day."""
    calls = counted_calls({kept.fact.key: kept for kept in facts})
    found = [
        *(_call(fact, time_zone) for fact in calls.values()),
        *_appointments([kept.fact for kept in facts if kept.fact.kind != CALL or kept.fact.key in calls], rules),
        *(m for kept in facts if kept.fact.live for m in _outcome(kept.fact, rules)),
        *(Moment(award.occurred_at, award.cause, _xp(award.amount)) for award in awards if award.amount),
    ]
    return sorted(found, key=lambda moment: (moment.at, moment.key))


def _call(fact: Fact, time_zone: tzinfo) -> Moment:
    on = fact.occurred_at.astimezone(time_zone).date()
    return Moment(fact.occurred_at, fact.key, lambda tally: tally.add_call(fact, on))


def _xp(amount: int) -> Callable[[Tally], None]:
    def pay(tally: Tally) -> None:
        tally.xp += amount

    return pay


def set_appointments(facts: Iterable[Fact], rules: Rules) -> list[Window]:
    """Appointments for the metrics: notes by their newest version, opportunities by all versions seen."""
    points = [Point(fact.met_at, fact.lead or fact.key, fact.held_at) for fact in facts if fact.met_now and fact.met_at]
    return windows(points, rules.appointment_window_days)


def _appointments(facts: Sequence[Fact], rules: Rules) -> Iterator[Moment]:
    """Each under the key of the fact that set it, or that it was held by."""
    set_by = {(fact.lead or fact.key, fact.met_at): fact.key for fact in facts if fact.met_now}
    held_by = {(fact.lead or fact.key, fact.held_at): fact.key for fact in facts if fact.met_now}
    for window in set_appointments(facts, rules):
        yield Moment(window.first_at, set_by[window.lead, window.first_at], _set)
        if window.held_at is not None:
            yield Moment(window.held_at, held_by[window.lead, window.held_at], _held)


def _set(tally: Tally) -> None:
    tally.appointments_set += 1


def _held(tally: Tally) -> None:
    tally.appointments_held += 1


def _closed(tally: Tally) -> None:
    tally.deals += 1


def _outcome(fact: Fact, rules: Rules) -> Iterator[Moment]:
    """What a deal or a training changes."""
    if fact.won_now and fact.won_at is not None:
        yield Moment(fact.won_at, fact.key, _closed)
    change = _training_change(fact, rules)
    if change is not None:
        yield Moment(fact.occurred_at, fact.key, change)


def _training_change(fact: Fact, rules: Rules) -> Callable[[Tally], None] | None:
    subject, score = fact.subject or "", fact.score
    if fact.kind == MODULE and fact.reasons:
        return lambda tally: tally.modules.add(subject)
    if fact.kind == BATTLE and fact.reasons:
        return lambda tally: tally.bosses.add(f"boss_{subject}")
    if fact.kind == EXAM and score is not None:
        exam = rules.exam_named(subject)
        return lambda tally: tally.add_exam(exam, score)
    if fact.kind == CERTIFICATION:
        return lambda tally: tally.certifications.add(rules.exam_named(subject))
    if fact.kind == MENTORSHIP:
        return lambda tally: tally.mentees.add(subject)
    return None
