"""The player card: where a rep stands, what comes next, and what it was earned with."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any

from accounts.rep_account import Grant, RepAccount
from accounts.rep_progress import LevelProgress
from accounts.words import what
from handlers.console.bars import GateBar, badge_bar, gate_bar
from handlers.console.rep_words import badge_words
from programs.progression.badge_progress import NO_SOURCE
from programs.progression.badge_rules import TIERS
from programs.progression.rules import Rules


@dataclass(frozen=True, slots=True)
class LevelBar:
    """`fill` is the percent of the way from this level to the next, `left` the XP that it still takes, `ways` how."""

    level: int
    xp: int
    fill: float
    left: int
    ways: str


@dataclass(frozen=True, slots=True)
class NextRank:
    """The next rank and its gates, what is unmet first; `met` of them are. `earlier`: unmet ones of ranks below."""

    code: str
    name: str
    gates: tuple[GateBar, ...]
    earlier: tuple[GateBar, ...]

    @property
    def met(self) -> int:
        """How many of its own gates are met."""
        return sum(gate.met for gate in self.gates)


@dataclass(frozen=True, slots=True)
class Medal:
    """The highest tier of a badge (None: it has none), since when, and by what; neither where others granted it."""

    name: str
    tier: str | None
    reached_at: datetime | None
    by: str | None


def level_bar(found: LevelProgress, rules: Rules) -> LevelBar:
    """A way is what alone would be enough, as the rules pay it."""
    left = found.next_begins - found.xp
    whole = found.next_begins - found.begins
    connects, appointments = ceil(left / (rules.xp.dial + rules.xp.connect)), ceil(left / rules.xp.appointment)
    ways = f"{_counted(connects, 'connect')} or {_counted(appointments, 'appointment')}"
    return LevelBar(found.level, found.xp, round(100 * (found.xp - found.begins) / whole, 2), left, ways)


def rank_name(code: str, rules: Rules) -> str:
    """The name of a rank; a code that the rules do not have is its own."""
    return next((rank.name for rank in rules.ranks if rank.code == code), code)


def next_rank(standing: Mapping[str, Any], rules: Rules) -> NextRank | None:
    """None at the top."""
    following = standing["eligibility"]["next"]
    if following is None:
        return None
    gates = sorted(standing["eligibility"]["gates"], key=lambda gate: bool(gate["met"]))
    own = tuple(gate_bar(gate) for gate in gates if gate["rank"] == following)
    earlier = tuple(gate_bar(gate) for gate in gates if gate["rank"] != following)
    return NextRank(following, rank_name(following, rules), own, earlier)


def medals(account: RepAccount) -> list[Medal]:
    """One for each badge, the newest first."""
    earned = (account.rep.standing or {}).get("badges", {}).get("earned", [])
    grants = {grant.granted.name: grant for grant in account.badges}
    best: dict[str, str] = {}
    for badge in sorted({*earned, *grants}, key=_tier_place):
        best[badge.partition(".")[0]] = badge
    found = [_medal(badge, grants.get(badge)) for badge in best.values()]
    return sorted(found, key=lambda medal: medal.reached_at.timestamp() if medal.reached_at else 0.0, reverse=True)


def badges_to_come(standing: Mapping[str, Any]) -> list[GateBar]:
    """The next tier of each badge that something can give, the nearest first."""
    tiers = [tier for tier in standing.get("badges", {}).get("next", []) if tier["reason"] != NO_SOURCE]
    return sorted(map(badge_bar, tiers), key=lambda bar: -(bar.fill or 0))


def findings(standing: Mapping[str, Any], kinds: Iterable[str]) -> Sequence[Mapping[str, Any]]:
    """What the diagnosis says of these kinds: {kind, subject, why, numbers}."""
    return [found for found in standing.get("diagnosis") or [] if found["kind"] in kinds]


def _medal(badge: str, grant: Grant | None) -> Medal:
    name, _, tier = badge.partition(".")
    by = what(grant.fact.fact) if grant and grant.fact else None
    return Medal(badge_words(name), tier or None, grant.granted.reached_at if grant else None, by)


def _tier_place(badge: str) -> tuple[int, str]:
    tier = badge.partition(".")[2]
    return (TIERS.index(tier) if tier in TIERS else -1), badge


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}" + ("" if count == 1 else "s")
