"""Settlement: which awards a rep's facts have earned, as far as the watermark lets it be decided."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from programs.progression.appointments import Point, windows
from programs.progression.awards import (
    Award,
    Terms,
    appointment_award,
    call_awards,
    deal_award,
    training_award,
)
from programs.progression.call_keys import with_call_keys
from programs.progression.facts import TRAINING, Fact, KeptFact


@dataclass(frozen=True, slots=True)
class Settlement:
    """Awards to insert (one that is there already stays as it is) and the facts whose decision changed, by key."""

    awards: tuple[Award, ...]
    decided: Mapping[str, KeptFact]


def settle(facts: Iterable[KeptFact], watermark: datetime | None, terms: Terms) -> Settlement:
    """Decides on a rep's unpaid facts.

    `facts` are the rep's unpaid ones, the notes that may be their twins, and with each lead of whom one may be credited
    now all whose appointment was credited to the rep; of these, what is another rep's by now is left as it is. Settling
    again what was settled changes nothing, because every award has its key.
    """
    before = {kept.fact.key: kept for kept in facts}
    after = before | with_call_keys(_calls(before, terms.rep), watermark, terms.rules)
    after = {key: _credited(kept, watermark, terms.rep) for key, kept in after.items()}
    unpaid = [kept for kept in after.values() if kept.unpaid and kept.fact.rep == terms.rep]
    awards = [award for kept in unpaid for award in _awards_of(kept, watermark, terms)]
    awards += _appointment_awards(after.values(), terms)
    after |= {kept.fact.key: replace(kept, unpaid=_owed(kept, watermark)) for kept in unpaid}
    return Settlement(tuple(awards), {key: kept for key, kept in after.items() if kept != before[key]})


def _calls(facts: Mapping[str, KeptFact], rep: str) -> dict[str, KeptFact]:
    """The rep's notes that are, or were, of calls."""
    return {key: kept for key, kept in facts.items() if kept.fact.rep == rep and earns_as_call(kept.fact)}


def earns_as_call(fact: Fact) -> bool:
    """Whether a note is, or was, of a call that earns something."""
    return fact.kind not in TRAINING and bool(fact.reasons or fact.waiting)


def _credited(kept: KeptFact, watermark: datetime | None, rep: str) -> KeptFact:
    """Whose appointment and with whom: of the newest version when the watermark passes, then for good.

    A note's is its call's: the second of twin notes sets none of its own.
    """
    if earns_as_call(kept.fact) and (kept.call_key is None or kept.twin_of is not None):
        return kept
    if kept.paid_rep is None and kept.fact.rep == rep and kept.due(kept.fact.met_at, watermark):
        return replace(kept, paid_rep=rep, paid_lead=kept.fact.lead)
    return kept


def _awards_of(kept: KeptFact, watermark: datetime | None, terms: Terms) -> Iterator[Award]:
    fact = kept.fact
    if fact.kind in TRAINING:
        yield from (training_award(fact, terms) for _ in fact.reasons)
    elif kept.call_key is not None and kept.twin_of is None:
        yield from call_awards(fact, kept.call_key, fact.reasons, terms, waited=False)
        if kept.due(fact.occurred_at, watermark):
            yield from call_awards(fact, kept.call_key, fact.waiting, terms, waited=True)
    if fact.won_at is not None and kept.due(fact.won_at, watermark):
        yield deal_award(fact, fact.won_at, terms)


def _appointment_awards(facts: Iterable[KeptFact], terms: Terms) -> Iterator[Award]:
    points = {
        (kept.paid_lead, kept.fact.met_at): kept.fact
        for kept in facts
        if kept.paid_rep == terms.rep and kept.paid_lead and kept.fact.met_at
    }
    held = [Point(at, lead, fact.held_at) for (lead, at), fact in points.items() if lead and at]
    for window in windows(held, terms.rules.appointment_window_days):
        cause = points[window.lead, window.first_at]
        yield appointment_award(cause, window.lead, window.ordinal, window.first_at, terms)


def _owed(kept: KeptFact, watermark: datetime | None) -> bool:
    """Whether something of this fact still waits."""
    fact = kept.fact
    waits = bool(fact.waiting) and kept.twin_of is None and not kept.due(fact.occurred_at, watermark)
    unkeyed = earns_as_call(fact) and kept.call_key is None
    unmet = fact.met_at is not None and kept.paid_rep is None and kept.twin_of is None
    unwon = fact.won_at is not None and not kept.due(fact.won_at, watermark)
    return waits or unkeyed or unmet or unwon
