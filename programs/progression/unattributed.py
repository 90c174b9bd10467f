"""Unattributed facts: by the name that their records give, so that somebody can say whose they are."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from programs.progression.attribution import Source, needs_rep, source_of
from programs.progression.awards import Terms, call_awards, deal_award, training_award
from programs.progression.facts import BATTLE, MODULE, Fact
from programs.progression.rules import Rules


@dataclass(frozen=True, slots=True)
class Unattributed:
    """The facts that wait under one name (`hint`; None: the records give none), counted by kind.

    `most_xp` is what they pay at most: twin notes pay as one call, and signs of one appointment as one appointment.
    """

    source: Source
    hint: str | None
    counts: Mapping[str, int]
    first_at: datetime
    last_at: datetime
    most_xp: int


class Alike(NamedTuple):
    """So many facts that give the same name and pay the same; `fact` is one of them."""

    fact: Fact
    number: int
    first_at: datetime
    last_at: datetime


def group_unattributed(found: Iterable[Alike], rules: Rules) -> list[Unattributed]:
    """Groups of the facts that earn or count and are nobody's, those that may pay most first."""
    groups: dict[tuple[Source, str | None], list[Alike]] = defaultdict(list)
    for alike in found:
        if alike.fact.rep is None and needs_rep(alike.fact):
            groups[source_of(alike.fact), alike.fact.rep_hint].append(alike)
    told = [_group(source, hint, members, rules) for (source, hint), members in groups.items()]
    return sorted(told, key=lambda group: (-group.most_xp, group.source, group.hint or ""))


def _group(source: Source, hint: str | None, members: list[Alike], rules: Rules) -> Unattributed:
    counts: Counter[str] = Counter()
    for alike in members:
        counts[alike.fact.kind] += alike.number
    return Unattributed(
        source=source,
        hint=hint,
        counts=dict(sorted(counts.items())),
        first_at=min(alike.first_at for alike in members),
        last_at=max(alike.last_at for alike in members),
        most_xp=sum(most_xp(alike.fact, rules) * alike.number for alike in members),
    )


def most_xp(fact: Fact, rules: Rules) -> int:
    """The XP of a fact if it is paid by itself, by the rules and their owners."""
    terms = Terms("", rules)
    if fact.kind in (MODULE, BATTLE):
        return sum(training_award(fact, terms).amount for _ in fact.reasons)
    awards = [*call_awards(fact, fact.key, fact.reasons | fact.waiting, terms, waited=True)]
    if fact.won_at is not None:
        awards.append(deal_award(fact, fact.won_at, terms))
    return sum(award.amount for award in awards) + (rules.xp.appointment if fact.met_at is not None else 0)
