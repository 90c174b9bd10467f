"""Badge progress: the next tier of each badge as have / need / reason, for people."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal

from programs.progression import badge_rules as metric
from programs.progression.badge_checks import boss_of, count, day_rate, most_in_dials
from programs.progression.badge_rules import Badge, Tier
from programs.progression.gate_checks import NO_DATA
from programs.progression.row_json import Json
from programs.progression.tally import Tally

NO_SOURCE = "no source"


@dataclass(frozen=True, slots=True)
class BadgeProgress:
    """The next tier (None: the badge has no tiers) of a badge: need, what the rep has (None: no data), and why not."""

    badge: str
    tier: str | None
    need: int | str | None
    have: int | str | None
    reason: str = ""


def badge_progress(tally: Tally, earned: Collection[str], as_of: datetime) -> tuple[BadgeProgress, ...]:
    """The lowest tier of each badge that is not in `earned`, and the badges that nothing can give."""
    badges = tally.rules.badges
    return (
        *(found for badge in badges.all for found in _next(badge, tally, earned, as_of)),
        *(BadgeProgress(badge, None, None, None, NO_SOURCE) for badge in badges.no_source),
    )


def progress_json(found: BadgeProgress) -> Mapping[str, Json]:
    """{badge, tier, need, have, reason}; null is no tier, no data."""
    return {
        "badge": found.badge,
        "tier": found.tier,
        "need": found.need,
        "have": found.have,
        "reason": found.reason,
    }


def _next(badge: Badge, tally: Tally, earned: Collection[str], as_of: datetime) -> Iterator[BadgeProgress]:
    for tier in badge.tiers:
        if tier.id not in earned:
            need, have, reason = _account(badge, tier, tally, as_of)
            yield BadgeProgress(badge.id, tier.id.partition(".")[2] or None, need, have, reason)
            return


def _account(badge: Badge, tier: Tier, tally: Tally, as_of: datetime) -> tuple[int | str, int | str | None, str]:
    if badge.metric in metric.DAY_RATES:
        return _rate_account(badge, tier, tally)
    if badge.metric == metric.SHOWS:
        have, of = tally.appointments.held, tally.appointments.set
        need = f">= {tier.at_least_percent} % of {tier.appointments} or more appointments"
        return need, _share(have, of), f"{have} of {of}" if of else NO_DATA
    if badge.metric == metric.DENSITY:
        return tier.appointments, most_in_dials(tier, tally), f"in at most {tier.dials} dials, {_days(tier.days)}"
    if badge.metric == metric.BATTLE:
        return boss_of(tier), None, NO_DATA
    return tier.at_least, count(badge.metric, tally, as_of), ""


def _rate_account(badge: Badge, tier: Tier, tally: Tally) -> tuple[str, str | None, str]:
    bound = f"< {tier.below_percent} %" if tier.below_percent else f">= {tier.at_least_percent} %"
    need, least = f"{bound} over {_days(tier.days)}", tally.rules.badges.rate_calls
    found = day_rate(badge.metric, tier, tally)
    if found is None:
        return need, None, f"called on {len(tally.call_days.days)} of {_days(tier.days)}"
    have, of = found
    short = f", {least} calls needed" if of < least else ""
    return need, _share(have, of), f"{have} of {of}{short}"


def _share(have: int, of: int) -> str | None:
    return f"{(Decimal(100 * have) / of).quantize(Decimal('0.01'), ROUND_HALF_EVEN)} %" if of else None


def _days(days: int) -> str:
    return "1 day" if days == 1 else f"{days} days"
