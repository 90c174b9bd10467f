"""The fold in event time: badges and gates are looked at after each moment, so a grant names what tipped it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from programs.progression.badge_checks import PendingBadges
from programs.progression.moments import Moment
from programs.progression.ranks import highest_rank
from programs.progression.tally import Tally


@dataclass(frozen=True, slots=True)
class RankStep:
    """A promotion: to which rank, when, and the key of the fact that tipped it."""

    rank: str
    reached_at: datetime
    fact_key: str


@dataclass(frozen=True, slots=True)
class BadgeStep:
    """A badge (`badge.tier`, or `badge`), when it was reached, and the key of the fact that tipped it."""

    badge: str
    reached_at: datetime
    fact_key: str


@dataclass(slots=True)
class Fold:
    """A fold on its way: `tally` and `rank` as of the last moment, and what was granted so far, up to `until`."""

    tally: Tally
    rank: str
    pending: PendingBadges
    until: datetime | None
    promotions: list[RankStep] = field(default_factory=list)
    earned: list[BadgeStep] = field(default_factory=list)

    def through(self, moments: Iterable[Moment]) -> None:
        """Goes on through these moments. Badges come before ranks, as a rank may ask for them."""
        for moment in moments:
            self.tally.moved.clear()
            moment.change(self.tally)
            if self.until is not None and moment.at <= self.until:
                self._grant_badges(moment)
                self._promote(moment)

    def _grant_badges(self, moment: Moment) -> None:
        if reached := self.pending.take_reached(self.tally, moment.at):
            self.earned += [BadgeStep(badge, moment.at, moment.key) for badge in reached]
            self.tally.badges.update(reached)

    def _promote(self, moment: Moment) -> None:
        """Several ranks reached in one moment give a step each."""
        rules = self.tally.rules
        if self.tally.xp < rules.xp_above(self.rank):
            return
        highest = highest_rank(self.tally.figures(), rules, self.rank)
        self.promotions += [RankStep(code, moment.at, moment.key) for code in rules.ranks_between(self.rank, highest)]
        self.rank = highest


def with_grants(moments: Sequence[Moment], badges: Iterable[BadgeStep]) -> Sequence[Moment]:
    """The moments, and among them when badges were granted."""
    grants = [Moment(step.reached_at, step.fact_key, _add(step.badge)) for step in badges]
    return sorted([*moments, *grants], key=lambda moment: (moment.at, moment.key)) if grants else moments


def _add(badge: str) -> Callable[[Tally], None]:
    return lambda tally: tally.badges.add(badge)
