"""Work: all that a rep did, as a standing is computed from it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from programs.progression.checkpoints import Checkpoint
from programs.progression.facts import KeptFact
from programs.progression.fold import BadgeStep
from programs.progression.moments import PaidXp


@dataclass(frozen=True, slots=True)
class Work:
    """A rep's facts, awards that carry XP, active days in the rep's time zone, grants so far.

    With a checkpoint (`behind`) of the facts those that change behind it, the unpaid ones, and all modules, exams and
    certifications; of the awards those behind it.
    """

    facts: Sequence[KeptFact]
    awards: Sequence[PaidXp]
    active_days: Iterable[date]
    ranks: Iterable[str]
    time_zone: tzinfo
    badges: Sequence[BadgeStep] = ()
    behind: Checkpoint | None = None

    def paid_xp(self, until: datetime | None = None) -> int:
        """The sum of the awards, or of those of what happened `until` then."""
        before = self.behind.paid_xp if self.behind else 0
        return before + sum(award.amount for award in self.awards if until is None or award.occurred_at <= until)

    def keys_until(self, at: datetime) -> set[str]:
        """The keys of the facts that happened by then."""
        return {kept.fact.key for kept in self.facts if kept.fact.occurred_at <= at}
