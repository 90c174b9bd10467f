"""Contributions: what one record adds to its rep's tally as of a moment, and when that changes."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from programs.progression.appointments import Point
from programs.progression.day_totals import active_at
from programs.progression.facts import CALL, Fact
from programs.progression.histories import State


@dataclass(frozen=True, slots=True)
class CountedCall:
    """A call as the tally counts it."""

    occurred_at: datetime
    lead: str
    disposition: str | None
    duration_s: int | None


@dataclass(frozen=True, slots=True)
class Contribution:
    """A call, a sign of an appointment, a deal, and when else the record kept the streak."""

    call: CountedCall | None = None
    point: Point | None = None
    deal: bool = False
    active_at: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """From `at` on, a record (`key`: its fact's) contributes `after` and no longer `before`."""

    at: datetime
    key: str
    before: Contribution
    after: Contribution


NOTHING = Contribution()


def call_changes(notes: Sequence[Fact]) -> Iterator[Change]:
    """How the call that these notes tell of comes and goes.

    The first note that is a live call at that time carries it (of twins the V1 comes first). A note is there from its
    `occurred_at` on.
    """
    key, before = notes[0].key, NOTHING
    for at in _times(notes):
        carrier = next((note for note in notes if note.occurred_at <= at and _is_call(note.state_at(at))), None)
        after = _of_call(carrier, carrier.state_at(at)) if carrier else NOTHING
        key = carrier.key if carrier else key
        if after != before:
            yield Change(at, key, before, after)
        before = after


def opportunity_changes(fact: Fact) -> Iterator[Change]:
    """How an opportunity's appointment and deal come and go: its appointment counts from `met_at` while it is live."""
    before = NOTHING
    reached = [at for at in (fact.met_at, fact.held_at, fact.won_at) if at is not None]
    for at in sorted({*_times([fact]), *reached}):
        after = _of_opportunity(fact, fact.state_at(at), at)
        if after != before:
            yield Change(at, fact.key, before, after)
        before = after


def _times(facts: Iterable[Fact]) -> list[datetime]:
    return sorted({at for fact in facts for at in (fact.occurred_at, *(state.until for state in fact.earlier))})


def _is_call(state: State) -> bool:
    return state.live and state.kind == CALL


def _of_call(note: Fact, state: State) -> Contribution:
    lead = state.lead or note.key
    call = CountedCall(note.occurred_at, lead, state.disposition, state.duration_s)
    return Contribution(call, Point(note.met_at, lead, note.held_at) if state.met and note.met_at else None)


def _of_opportunity(fact: Fact, state: State, at: datetime) -> Contribution:
    if not state.live:
        return NOTHING
    met = state.met and fact.met_at is not None and fact.met_at <= at
    held_at = fact.held_at if fact.held_at is not None and fact.held_at <= at else None
    return Contribution(
        point=Point(fact.met_at, state.lead or fact.key, held_at) if met and fact.met_at else None,
        deal=state.won and fact.won_at is not None and fact.won_at <= at,
        active_at=tuple(active for active in active_at(fact) if active <= at),
    )
