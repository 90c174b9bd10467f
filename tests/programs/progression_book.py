"""A ledger in memory: settles as the worker does and keeps each award once, by its key."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from progression_factories import REP, RULES

from programs.progression.awards import Award, Terms
from programs.progression.facts import KeptFact
from programs.progression.rules import Rules
from programs.progression.settlement import settle


class Book:
    """Facts and awards of any number of reps; what was decided about a fact outlives its newer versions.

    A settlement sees every rep's facts that owe something or were decided, which is more than the worker loads.
    """

    def __init__(self, rules: Rules = RULES, adopted_at: datetime | None = None) -> None:
        self.rules = rules
        self.adopted_at = adopted_at
        self.watermark: datetime | None = None
        self.facts: dict[str, KeptFact] = {}
        self.awards: dict[tuple[str, str], tuple[str, Award]] = {}

    def take(self, *kept: KeptFact) -> None:
        """New facts, or newer states of known ones, which then owe again."""
        for new in kept:
            old = self.facts.get(new.fact.key, new)
            self.facts[new.fact.key] = replace(old, fact=new.fact, unpaid=True, behind_at=self.watermark)

    def settle(self, watermark: datetime | None = None, rep: str = REP) -> list[Award]:
        """Settles a rep's facts, moving the watermark if one is given, and returns the awards that were new."""
        self.watermark = watermark or self.watermark
        known = [kept for kept in self.facts.values() if kept.unpaid or kept.call_key or kept.paid_rep]
        settlement = settle(known, self.watermark, Terms(rep, self.rules, self.adopted_at))
        self.facts.update(settlement.decided)
        return list(self._inserted(settlement.awards, rep))

    def _inserted(self, awards: Iterable[Award], rep: str) -> Iterable[Award]:
        for award in awards:
            if (award.fact_key, award.reason) not in self.awards:
                self.awards[award.fact_key, award.reason] = (rep, award)
                yield award

    def paid(self) -> list[tuple[str, str, int]]:
        """What was paid, sorted: (rep, reason, amount), an appointment's reason being its ordinal."""
        return sorted((rep, award.reason, award.amount) for rep, award in self.awards.values())

    def xp(self, rep: str = REP) -> int:
        """The sum of a rep's awards."""
        return sum(amount for paid_rep, _, amount in self.paid() if paid_rep == rep)
