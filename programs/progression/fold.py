"""The fold in event time: badges and gates are looked at after each moment, so a grant names what tipped it."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from programs.progression.badge_checks import PendingBadges
from programs.progression.moments import Moment
from programs.progression.ranks import highest_rank
from programs.progression.rules import Rules
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


@dataclass(frozen=True, slots=True)
class Grants:
    """Promotions and badges, each in order of time."""

    ranks: tuple[RankStep, ...]
    badges: tuple[BadgeStep, ...]


def fold(
    moments: Sequence[Moment],
    tally: Tally,
    rank: str,
    badges: Collection[BadgeStep],
    watermark: datetime | None,
    rules: Rules,
) -> Grants:
    """Goes through all moments, filling `tally`, and returns what is granted up to the watermark.

    `tally` starts with what others put into the row, `rank` is the highest reached so far, `badges` were granted
    before: each counts from when it was reached, and is not looked at again. Badges come before ranks, as a rank may
    ask for them. Several ranks reached in one moment give a step each.
    """
    pending = PendingBadges({step.badge for step in badges}, rules)
    promotions: list[RankStep] = []
    earned: list[BadgeStep] = []
    for moment in _with_grants(moments, badges):
        tally.moved.clear()
        moment.change(tally)
        if watermark is None or moment.at > watermark:
            continue
        reached = pending.take_reached(tally, moment.at)
        earned += [BadgeStep(badge, moment.at, moment.key) for badge in reached]
        tally.badges.update(reached)
        highest = highest_rank(tally.figures(), rules, rank)
        if highest != rank:
            promotions += [RankStep(code, moment.at, moment.key) for code in rules.ranks_between(rank, highest)]
            rank = highest
    return Grants(tuple(promotions), tuple(earned))


def _with_grants(moments: Sequence[Moment], badges: Iterable[BadgeStep]) -> Sequence[Moment]:
    grants = [Moment(step.reached_at, step.fact_key, _add(step.badge)) for step in badges]
    return sorted([*moments, *grants], key=lambda moment: (moment.at, moment.key)) if grants else moments


def _add(badge: str) -> Callable[[Tally], None]:
    return lambda tally: tally.badges.add(badge)
