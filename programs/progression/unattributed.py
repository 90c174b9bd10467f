"""Unattributed facts: by the name that their records give, so that somebody can say whose they are."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

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


def group_unattributed(facts: Iterable[Fact], rules: Rules) -> list[Unattributed]:
    """Groups of the facts that earn or count and are nobody's, those that may pay most first."""
    groups: dict[tuple[Source, str | None], list[Fact]] = defaultdict(list)
    for fact in facts:
        if fact.rep is None and needs_rep(fact):
            groups[source_of(fact), fact.rep_hint].append(fact)
    found = [_group(source, hint, members, rules) for (source, hint), members in groups.items()]
    return sorted(found, key=lambda group: (-group.most_xp, group.source, group.hint or ""))


def _group(source: Source, hint: str | None, facts: list[Fact], rules: Rules) -> Unattributed:
    return Unattributed(
        source=source,
        hint=hint,
        counts=dict(sorted(Counter(fact.kind for fact in facts).items())),
        first_at=min(fact.occurred_at for fact in facts),
        last_at=max(fact.occurred_at for fact in facts),
        most_xp=sum(most_xp(fact, rules) for fact in facts),
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
