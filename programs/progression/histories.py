"""Histories: the states that a record was in before its newest one, so that figures can be told of any moment."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class State:
    """What of a record matters to figures: `met` and `won` say whether its appointment and its deal stand."""

    live: bool
    kind: str
    disposition: str | None
    duration_s: int | None
    lead: str | None
    met: bool
    won: bool


@dataclass(frozen=True, slots=True)
class EarlierState:
    """A state that a record was in until a moment, that moment not included."""

    until: datetime
    state: State


def earlier_states(states: Sequence[tuple[datetime, State]]) -> tuple[EarlierState, ...]:
    """The states before the newest, oldest first; each of `states` begins at its time, the first with the record.

    Changes that matter to no figure make none, so that the usual record has no earlier states at all.
    """
    return tuple(
        EarlierState(until, state) for (_, state), (until, following) in pairwise(states) if state != following
    )


def as_of(timeline: Sequence[tuple[datetime, T]], at: datetime) -> T:
    """What held at a time; before the first entry that one did, as nothing is known of what came before it."""
    return timeline[max(0, bisect_right(timeline, at, key=lambda entry: entry[0]) - 1)][1]


def times(*timelines: Sequence[tuple[datetime, object]]) -> Iterator[datetime]:
    """When any of these changed, in order."""
    yield from sorted({at for timeline in timelines for at, _ in timeline})
