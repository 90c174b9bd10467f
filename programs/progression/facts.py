"""Facts: what the versions of a record say about a rep's work."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from programs.progression.histories import EarlierState, State

CALL = "call"
OPPORTUNITY = "opportunity"
MODULE = "module"
EXAM = "exam"
CERTIFICATION = "certification"
BATTLE = "battle"
MENTORSHIP = "mentorship"
TRAINING = frozenset({MODULE, EXAM, CERTIFICATION, BATTLE, MENTORSHIP})


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that happened, as far as it is known now: a function of the *set* of versions seen.

    `reasons` are paid at once, `waiting` ones at the watermark (the note may be the twin of another); both are unions
    over all versions seen, so they only grow. `met_at`, `held_at`, `won_at` are when an opportunity first reached the
    appointment, the held and the won stages (for a call note: when it set an appointment); `met_now` and `won_now`
    follow the newest version. `rep_by` says how the rep was found: `record` (its author or owner), `assigned_rep` (of
    the lead) or `alias`; `rep_hint` whom to map when the record names nobody. `earlier` are the states of a note's
    or an opportunity's record before its newest one, oldest first; the first began when the fact occurred.
    """

    key: str
    kind: str
    rep: str | None
    occurred_at: datetime
    live: bool
    rep_by: str | None = None
    rep_hint: str | None = None
    lead: str | None = None
    lead_known: bool = False
    form: str | None = None
    disposition: str | None = None
    duration_s: int | None = None
    reading: str | None = None
    reasons: frozenset[str] = frozenset()
    waiting: frozenset[str] = frozenset()
    met_at: datetime | None = None
    held_at: datetime | None = None
    won_at: datetime | None = None
    met_now: bool = False
    won_now: bool = False
    subject: str | None = None
    score: Decimal | None = None
    earlier: tuple[EarlierState, ...] = ()

    @property
    def state(self) -> State:
        """The newest state."""
        return State(
            self.live, self.kind, self.disposition, self.duration_s, self.lead, met=self.met_now, won=self.won_now
        )

    def state_at(self, at: datetime) -> State:
        """The state at a time, from when the record was made on."""
        place = bisect_right(self.earlier, at, key=lambda earlier: earlier.until)
        return self.earlier[place].state if place < len(self.earlier) else self.state

    @property
    def as_written(self) -> State:
        """The first state that is known: what a correction changes later does not touch which call it was."""
        return self.earlier[0].state if self.earlier else self.state

    @property
    def is_call(self) -> bool:
        """A live call note, dialled by the rep."""
        return self.live and self.kind == CALL


@dataclass(frozen=True, slots=True)
class KeptFact:
    """A fact and what was decided about it, for good.

    `call_key` names the call in the awards, once it was paid; `twin_of` the V1 note whose call this note repeats;
    `paid_rep` and `paid_lead` to whom and for which lead its appointment was credited. `behind_at` is where the
    watermark stood when the fact last grew: what waits, waits for one beyond it.
    """

    fact: Fact
    unpaid: bool = True
    behind_at: datetime | None = None
    call_key: str | None = None
    twin_of: str | None = None
    paid_rep: str | None = None
    paid_lead: str | None = None

    def due(self, at: datetime | None, watermark: datetime | None) -> bool:
        """Whether what happened `at` may be decided now, because everything around it has been seen."""
        return (
            at is not None
            and watermark is not None
            and at <= watermark
            and (self.behind_at is None or watermark > self.behind_at)
        )


def leads_told(fact: Fact) -> set[str]:
    """The leads of whom a note or an opportunity tells, or told. A record without one is its own lead."""
    states = (fact.state, *(earlier.state for earlier in fact.earlier))
    return {state.lead or fact.key for state in states}


def counted_calls(facts: Mapping[str, KeptFact]) -> dict[str, Fact]:
    """The live calls, each once: of twin notes the V1, or the other one when the V1 is gone or became another rep's.

    `facts` (by key) holds the V1 of every twin in it.
    """
    return {key: kept.fact for key, kept in facts.items() if kept.fact.is_call and not _counts_as_its_twin(kept, facts)}


def _counts_as_its_twin(kept: KeptFact, facts: Mapping[str, KeptFact]) -> bool:
    first = facts.get(kept.twin_of or "")
    return first is not None and first.fact.is_call and first.fact.rep == kept.fact.rep
