"""Moments: a rep's facts and awards in event time, each with what it changes in the tally."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from programs.progression.contributions import Change, Contribution, call_changes, opportunity_changes
from programs.progression.facts import (
    BATTLE,
    CERTIFICATION,
    EXAM,
    MENTORSHIP,
    MODULE,
    OPPORTUNITY,
    TRAINING,
    Fact,
    KeptFact,
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
    """Something that changes a rep's tally, named by the fact's key; `leads` are those of whom it tells."""

    at: datetime
    key: str
    change: Callable[[Tally], None]
    leads: tuple[str, ...] = ()


def moments(facts: Sequence[KeptFact], awards: Iterable[PaidXp], rules: Rules) -> list[Moment]:
    """A rep's moments in (time, key) order. `facts` are all of the rep's.

    A record is one moment whenever what it contributes changes: made, edited, deleted, brought back.
    """
    found = [
        *(_exchange(change) for notes in _calls(facts) for change in call_changes(notes)),
        *(_exchange(change) for fact in _of_kind(facts, OPPORTUNITY) for change in opportunity_changes(fact)),
        *(_training(fact, rules) for kind in TRAINING for fact in _of_kind(facts, kind) if fact.live),
        *(Moment(award.occurred_at, award.cause, _xp(award.amount)) for award in awards if award.amount),
    ]
    return sorted(found, key=lambda moment: (moment.at, moment.key))


def _of_kind(facts: Iterable[KeptFact], kind: str) -> Iterator[Fact]:
    return (kept.fact for kept in facts if kept.fact.kind == kind)


def _calls(facts: Iterable[KeptFact]) -> Iterable[Sequence[Fact]]:
    """The notes of each call: one, or twins with the V1 first."""
    notes = {kept.fact.key: kept for kept in facts if kept.fact.kind not in (OPPORTUNITY, *TRAINING)}
    calls: defaultdict[str, list[Fact]] = defaultdict(list)
    for kept in sorted(notes.values(), key=lambda kept: kept.twin_of is not None):
        calls[kept.twin_of if kept.twin_of in notes else kept.fact.key].append(kept.fact)
    return calls.values()


def _exchange(change: Change) -> Moment:
    leads = (*_leads(change.before), *_leads(change.after))
    return Moment(change.at, change.key, lambda tally: tally.exchange(change.before, change.after), leads)


def _leads(found: Contribution) -> Iterator[str]:
    if found.call is not None:
        yield found.call.lead
    if found.point is not None:
        yield found.point.lead


def _xp(amount: int) -> Callable[[Tally], None]:
    def pay(tally: Tally) -> None:
        tally.xp += amount

    return pay


def _training(fact: Fact, rules: Rules) -> Moment:
    def learn(tally: Tally) -> None:
        _learn(tally, fact, rules)
        tally.count_activity(fact.occurred_at.astimezone(tally.time_zone).date())

    return Moment(fact.occurred_at, fact.key, learn)


def _learn(tally: Tally, fact: Fact, rules: Rules) -> None:
    subject = fact.subject or ""
    if fact.kind == MODULE and fact.reasons:
        tally.modules.add(subject)
    elif fact.kind == BATTLE and fact.reasons:
        tally.win_battle(f"boss_{subject}")
    elif fact.kind == EXAM and fact.score is not None:
        tally.add_exam(rules.exam_named(subject), fact.score)
    elif fact.kind == CERTIFICATION:
        tally.certifications.add(rules.exam_named(subject))
    elif fact.kind == MENTORSHIP:
        tally.mentees.add(subject)
