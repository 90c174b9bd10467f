"""Decisions about calls that a damaged ledger lost, found again from what is left of them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from programs.progression.facts import KeptFact
from programs.progression.settlement import earns_as_call
from programs.progression.twins import from_first_writer, from_second_writer

Facts = Mapping[str, KeptFact]


def restored_decisions(facts: Facts) -> dict[str, KeptFact]:
    """Of these facts (by key, all of one rep) those whose decision contradicts the others', as they must be.

    Twins share their call key, and nobody else shares one: so a pair is known by either of its two marks. A call that
    earns and has no call key is still to be settled. A call key that is there stays: awards were inserted under it.
    """
    whole = {key: _keyed(kept, facts) for key, kept in facts.items()}
    whole = {key: _without_a_stranger(kept, whole) for key, kept in whole.items()}
    whole |= {kept.fact.key: kept for notes in _sharing_a_key(whole) for kept in _paired(notes)}
    return {key: kept for key, kept in whole.items() if kept != facts[key]}


def call_key_of_twin(key: str, facts: Iterable[KeptFact]) -> str | None:
    """The call key of the fact with this key, as its twin among these facts remembers it."""
    return next((kept.call_key for kept in facts if kept.twin_of == key and kept.call_key), None)


def _keyed(kept: KeptFact, facts: Facts) -> KeptFact:
    if kept.call_key is not None or not earns_as_call(kept.fact):
        return kept
    first = facts.get(kept.twin_of or "")
    key = first.call_key if first else call_key_of_twin(kept.fact.key, facts.values())
    return replace(kept, call_key=key) if key else replace(kept, unpaid=True)


def _without_a_stranger(kept: KeptFact, facts: Facts) -> KeptFact:
    """A twin under another call key is none. One that is not among these facts is another rep's by now, and stays."""
    first = facts.get(kept.twin_of or "")
    return replace(kept, twin_of=None) if first and first.call_key != kept.call_key else kept


def _sharing_a_key(facts: Facts) -> Iterator[Sequence[KeptFact]]:
    """The two notes of each call of which none says that it is the other's twin."""
    calls: dict[str, list[KeptFact]] = defaultdict(list)
    for kept in facts.values():
        calls[kept.call_key or kept.fact.key].append(kept)
    return (notes for notes in calls.values() if len(notes) == 2 and not any(_says_so(kept, notes) for kept in notes))


def _says_so(kept: KeptFact, notes: Sequence[KeptFact]) -> bool:
    return kept.twin_of in {other.fact.key for other in notes}


def _paired(notes: Sequence[KeptFact]) -> Iterator[KeptFact]:
    firsts = [kept for kept in notes if from_first_writer(kept.fact)]
    seconds = [kept for kept in notes if from_second_writer(kept.fact)]
    for first, second in zip(firsts, seconds, strict=False):
        yield replace(second, twin_of=first.fact.key, call_key=second.call_key or first.call_key)
