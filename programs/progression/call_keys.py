"""Which call a note tells of: twin notes share one call key, and the key is what awards are inserted under."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from programs.progression.facts import Fact, KeptFact
from programs.progression.rules import Rules
from programs.progression.twins import (
    are_twins,
    from_first_writer,
    from_second_writer,
    in_order,
    live_first,
    may_turn_out_twins,
    with_a_twin,
)

Facts = Mapping[str, KeptFact]


def with_call_keys(notes: Facts, watermark: datetime | None, rules: Rules) -> dict[str, KeptFact]:
    """The notes (by key, of one rep) with the call keys and twins that can be decided now; decided ones stay.

    A first writer's note is decided at once and takes over the key of a settled second writer's twin. What has no
    duration in the title waits for the watermark.
    """
    known = dict(notes)
    for kept in in_order(_undecided(notes, first_writer=True)):
        known.update(_first_writer(kept, known, watermark, rules))
    for kept in in_order(_undecided(notes, first_writer=False)):
        if kept.due(_decidable_at(kept.fact, rules), watermark):
            known.update(_second_writer(kept, known, rules))
    return known


def _decidable_at(fact: Fact, rules: Rules) -> datetime:
    """When a twin near in time would have been written."""
    near = timedelta(seconds=rules.twins.near_s) if from_second_writer(fact) else timedelta()
    return fact.occurred_at + near


def _undecided(notes: Facts, *, first_writer: bool) -> Iterator[KeptFact]:
    return (
        kept
        for kept in notes.values()
        if kept.unpaid and kept.call_key is None and from_first_writer(kept.fact) is first_writer
    )


def _first_writer(kept: KeptFact, known: Facts, watermark: datetime | None, rules: Rules) -> Facts:
    lonely = in_order(
        other
        for other in known.values()
        if other.call_key is not None and other.twin_of is None and from_second_writer(other.fact)
    )
    for other in lonely:
        if are_twins(kept.fact, other.fact, rules):
            return _paired(_taking_over(kept, other), other)
    uncertain = any(may_turn_out_twins(kept.fact, other.fact, rules) for other in lonely)
    if uncertain and not kept.due(kept.fact.occurred_at, watermark):
        return {}
    return _keyed(kept)


def _taking_over(first: KeptFact, second: KeptFact) -> KeptFact:
    """The call was decided by the second writer's note: its key, and the appointment if it set one, are the call's."""
    return replace(
        first,
        call_key=second.call_key,
        paid_rep=first.paid_rep or second.paid_rep,
        paid_lead=first.paid_lead or second.paid_lead,
    )


def _second_writer(kept: KeptFact, known: Facts, rules: Rules) -> Facts:
    if not from_second_writer(kept.fact):
        return _keyed(kept)
    for first in live_first(_free_first_writers(known)):
        if are_twins(first.fact, kept.fact, rules):
            return _paired(first, kept)
    return _keyed(kept)


def _free_first_writers(known: Facts) -> Iterable[KeptFact]:
    taken = with_a_twin(known)
    return (kept for key, kept in known.items() if key not in taken and from_first_writer(kept.fact))


def _paired(first: KeptFact, second: KeptFact) -> Facts:
    key = first.call_key or first.fact.key
    return {
        first.fact.key: replace(first, call_key=key),
        second.fact.key: replace(second, twin_of=first.fact.key, call_key=second.call_key or key),
    }


def _keyed(kept: KeptFact) -> Facts:
    return {kept.fact.key: replace(kept, call_key=kept.fact.key)}
