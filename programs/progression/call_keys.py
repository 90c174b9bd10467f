"""Which call a note tells of: twin notes share one call key, and the key is what awards are inserted under."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from operator import itemgetter

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


@dataclass(frozen=True, slots=True)
class _Notes:
    """One rep's notes as far as they are decided, and in which order they lie in time, by outcome.

    A rep can have tens of thousands that were never decided, so a note is compared with those around it alone.
    """

    known: dict[str, KeptFact]
    timeline: Mapping[str | None, Sequence[tuple[datetime, str]]]
    taken: set[str]
    rules: Rules

    def around(self, fact: Fact) -> Iterator[KeptFact]:
        """The notes of the same outcome that are near enough in time to be twins of this one."""
        line = self.timeline[fact.as_written.disposition]
        within = timedelta(seconds=max(self.rules.twins.near_s, self.rules.twins.same_lead_s))
        first = bisect_left(line, fact.occurred_at - within, key=itemgetter(0))
        last = bisect_right(line, fact.occurred_at + within, key=itemgetter(0))
        return (self.known[key] for _, key in line[first:last])

    def decide(self, decided: Facts) -> None:
        """Takes over what was decided about some."""
        self.known.update(decided)
        self.taken.update(with_a_twin(decided))


def with_call_keys(notes: Facts, watermark: datetime | None, rules: Rules) -> dict[str, KeptFact]:
    """The notes (by key, of one rep) with the call keys and twins that can be decided now; decided ones stay.

    A first writer's note is decided at once and takes over the key of a settled second writer's twin. What has no
    duration in the title waits for the watermark.
    """
    all_notes = _Notes(dict(notes), _timeline(notes), with_a_twin(notes), rules)
    for kept in in_order(_undecided(notes, first_writer=True)):
        all_notes.decide(_first_writer(kept, all_notes, watermark))
    for kept in in_order(_undecided(notes, first_writer=False)):
        if kept.due(_decidable_at(kept.fact, rules), watermark):
            all_notes.decide(_second_writer(kept, all_notes))
    return all_notes.known


def _timeline(notes: Facts) -> dict[str | None, list[tuple[datetime, str]]]:
    lines: defaultdict[str | None, list[tuple[datetime, str]]] = defaultdict(list)
    for key, kept in notes.items():
        lines[kept.fact.as_written.disposition].append((kept.fact.occurred_at, key))
    return {outcome: sorted(line) for outcome, line in lines.items()}


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


def _first_writer(kept: KeptFact, notes: _Notes, watermark: datetime | None) -> Facts:
    lonely = in_order(
        other
        for other in notes.around(kept.fact)
        if other.call_key is not None and other.twin_of is None and from_second_writer(other.fact)
    )
    for other in lonely:
        if are_twins(kept.fact, other.fact, notes.rules):
            return _paired(_taking_over(kept, other), other)
    uncertain = any(may_turn_out_twins(kept.fact, other.fact, notes.rules) for other in lonely)
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


def _second_writer(kept: KeptFact, notes: _Notes) -> Facts:
    if not from_second_writer(kept.fact):
        return _keyed(kept)
    free = (
        first
        for first in notes.around(kept.fact)
        if first.fact.key not in notes.taken and from_first_writer(first.fact)
    )
    for first in live_first(free):
        if are_twins(first.fact, kept.fact, notes.rules):
            return _paired(first, kept)
    return _keyed(kept)


def _paired(first: KeptFact, second: KeptFact) -> Facts:
    key = first.call_key or first.fact.key
    return {
        first.fact.key: replace(first, call_key=key),
        second.fact.key: replace(second, twin_of=first.fact.key, call_key=second.call_key or key),
    }


def _keyed(kept: KeptFact) -> Facts:
    return {kept.fact.key: replace(kept, call_key=kept.fact.key)}
