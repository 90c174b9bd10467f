"""Whether a tally has reached a tier of a badge."""

from collections.abc import Collection
from datetime import datetime

from programs.progression import badge_rules as metric
from programs.progression.badge_rules import Badge, Tier
from programs.progression.call_days import CallCounts
from programs.progression.rules import Rules
from programs.progression.tally import ACTIVE, APPOINTED, CALLS, CLOSED, EARLY, FOUGHT, Tally

# What has to move before a badge of a metric can be reached.
_MOVED_BY = {
    metric.DROPS: {CALLS},
    metric.CONVERSION: {CALLS, APPOINTED},
    metric.LONG_CALLS: {CALLS},
    metric.SHOWS: {APPOINTED},
    metric.DENSITY: {CALLS, APPOINTED},
    metric.APPOINTMENTS: {APPOINTED},
    metric.DEALS: {CLOSED},
    metric.STREAK: {ACTIVE},
    metric.EARLY_CALLS: {EARLY},
    metric.BATTLE: {FOUGHT},
}


class PendingBadges:
    """The tiers that a rep has not reached, by what can move them, so that most moments look at few."""

    def __init__(self, reached: Collection[str], rules: Rules) -> None:
        self._left = [(badge, tier) for badge in rules.badges.all for tier in badge.tiers if tier.id not in reached]
        self._by_moved: dict[frozenset[str], list[tuple[Badge, Tier]]] = {}

    def take_reached(self, tally: Tally, at: datetime) -> list[str]:
        """The ids of the tiers that the tally reaches by what just moved in it; they are not pending any more."""
        if not tally.moved:
            return []
        reached = [tier for badge, tier in self._moved(frozenset(tally.moved)) if _reached(badge, tier, tally, at)]
        if reached:
            self._left = [(badge, tier) for badge, tier in self._left if tier not in reached]
            self._by_moved.clear()
        return [tier.id for tier in reached]

    def _moved(self, moved: frozenset[str]) -> list[tuple[Badge, Tier]]:
        if moved not in self._by_moved:
            self._by_moved[moved] = [entry for entry in self._left if _MOVED_BY[entry[0].metric] & moved]
        return self._by_moved[moved]


def _reached(badge: Badge, tier: Tier, tally: Tally, at: datetime) -> bool:
    if badge.metric in metric.DAY_RATES:
        found = day_rate(badge.metric, tier, tally)
        return found is not None and found[1] >= tally.rules.badges.rate_calls and _rate_reached(tier, *found)
    if badge.metric == metric.SHOWS:
        found = (tally.appointments.held, tally.appointments.set)
        return found[1] >= tier.appointments and _rate_reached(tier, *found)
    if badge.metric == metric.DENSITY:
        return most_in_dials(tier, tally) >= tier.appointments
    if badge.metric == metric.BATTLE:
        return boss_of(tier) in tally.bosses
    return count(badge.metric, tally, at) >= tier.at_least


def _rate_reached(tier: Tier, have: int, of: int) -> bool:
    """Compares counts, not a rounded rate: 50 % exactly is not below 50 %."""
    if tier.below_percent:
        return have * 100 < tier.below_percent * of
    return have * 100 >= tier.at_least_percent * of


def day_rate(name: str, tier: Tier, tally: Tally) -> tuple[int, int] | None:
    """The count and the calls of a rate over the tier's last call days; None when there were not so many.

    Appointments belong to the day of their window's first sign: those from the first to the last of the days count,
    also on one between them without calls (D).
    """
    calls = tally.call_days.of_last(tier.days)
    return None if calls is None else (_have(name, tier, calls, tally), calls.calls)


def _have(name: str, tier: Tier, calls: CallCounts, tally: Tally) -> int:
    if name == metric.CONVERSION:
        return tally.appointments.set_between(tally.call_days.days[-tier.days], tally.call_days.days[-1])
    return calls.sub_thirty if name == metric.DROPS else calls.over_two_minutes


def most_in_dials(tier: Tier, tally: Tally) -> int:
    """The most appointments set in up to `tier.days` call days back from the latest that have at most `tier.dials`.

    One set after the latest call day is in no such days yet (D).
    """
    most = dials = 0
    for on in reversed(tally.call_days.days[-tier.days :]):
        dials += tally.call_days.on(on).calls
        if dials > tier.dials:
            break
        most = tally.appointments.set_between(on, tally.call_days.days[-1])
    return most


def boss_of(tier: Tier) -> str:
    """The id of the boss that a tier asks for."""
    return f"boss_{tier.level}"


def count(name: str, tally: Tally, at: datetime) -> int:
    """The figure that a counting badge looks at; a streak is looked at as of `at`."""
    if name == metric.STREAK:
        return tally.streak(at)
    return {
        metric.APPOINTMENTS: tally.appointments.set,
        metric.DEALS: tally.deals,
        metric.EARLY_CALLS: tally.early_calls,
    }[name]
