"""Causes: which of the deliveries that came just now changed whose facts."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from ledger.causes import Causes
from ledger.versions import SeenVersion
from programs.progression.facts import KeptFact


def causes(
    changed: Mapping[str, KeptFact], kept: Mapping[str, KeptFact], seen: Sequence[SeenVersion]
) -> dict[str, Causes]:
    """By rep, the one that a fact was taken from included. A person's delivery changes the facts that it leads."""
    told: defaultdict[str, list[int]] = defaultdict(list)
    for version in seen:
        told[version.record_key].append(version.delivery_id)
    by_rep: defaultdict[str, list[int]] = defaultdict(list)
    for key, new in changed.items():
        old = kept.get(key, new)
        ids = [*told.get(key, ()), *told.get(f"person:{new.fact.lead}", ())]
        for rep in {new.fact.rep, old.fact.rep} - {None}:
            by_rep[str(rep)] += ids
    return {rep: Causes(min(ids), max(ids)) for rep, ids in by_rep.items() if ids}
