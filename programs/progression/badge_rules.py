"""What each badge asks for, as the rules file says it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from programs.progression.rules_mistakes import Gathering, RulesError
from programs.progression.rules_reading import Keys, list_of, one_of, positive, whole, word

DROPS = "sub_thirty_drop"
CONVERSION = "call_to_appointment"
LONG_CALLS = "two_plus_minutes"
SHOWS = "show"
DENSITY = "appointments_in_dials"
APPOINTMENTS = "appointments"
DEALS = "deals"
STREAK = "streak_days"
EARLY_CALLS = "early_calls"
BATTLE = "battle"

DAY_RATES = (DROPS, CONVERSION, LONG_CALLS)
COUNTS = (APPOINTMENTS, DEALS, STREAK, EARLY_CALLS)
TIERS = ("bronze", "silver", "gold", "platinum")

Reader = Callable[[object, str], int]
_SHARE = whole(1, 100)
_COUNT: Mapping[str, Reader] = MappingProxyType({"at_least": positive})
# The numbers of a tier, by the badge's metric.
_NUMBERS: Mapping[str, Mapping[str, Reader]] = MappingProxyType(
    {
        DROPS: {"below_percent": _SHARE, "days": positive},
        CONVERSION: {"at_least_percent": _SHARE, "days": positive},
        LONG_CALLS: {"at_least_percent": _SHARE, "days": positive},
        SHOWS: {"at_least_percent": _SHARE, "appointments": positive},
        DENSITY: {"appointments": positive, "dials": positive, "days": positive},
        BATTLE: {"level": positive},
        **dict.fromkeys(COUNTS, _COUNT),
    }
)


@dataclass(frozen=True, slots=True)
class Tier:
    """One tier of a badge; `id` is `badge.tier`, or the badge's own where it has no tiers.

    Counts need >= `at_least`. Rates are in percent, >= `at_least_percent` or strictly < `below_percent`: over the
    last `days` in which the rep called, or of at least so many `appointments`. `appointments_in_dials` needs
    >= `appointments` in <= `dials` within <= `days`. `battle` needs a win at `level`.
    """

    id: str
    at_least: int = 0
    at_least_percent: int = 0
    below_percent: int = 0
    days: int = 0
    appointments: int = 0
    dials: int = 0
    level: int = 0


@dataclass(frozen=True, slots=True)
class Badge:
    """A badge, the metric that feeds it, and its tiers, lowest first."""

    id: str
    metric: str
    tiers: tuple[Tier, ...]


@dataclass(frozen=True, slots=True)
class BadgeRules:
    """All badges. A rate over days needs `rate_calls` calls in them; a call is early before `early_before_hour`.

    `no_source`: badges that are known, but that nothing in Twenty or RedHawk can give.
    """

    all: tuple[Badge, ...]
    rate_calls: int
    early_before_hour: int
    no_source: tuple[str, ...]


def read_badges(keys: Keys) -> BadgeRules:
    """The badges of the file's table. Raises RulesError."""
    with Gathering() as part:
        rate_calls = part(keys.sourced, "rate_calls", positive)
        early_before_hour = part(keys.sourced, "early_before_hour", whole(1, 23))
        no_source = part(keys.sourced, "no_source", list_of(word))
        badges = tuple(part(_badge, keys, name) for name in keys.names())
    return BadgeRules(badges, rate_calls, early_before_hour, no_source)


def _badge(badges: Keys, badge_id: str) -> Badge:
    keys = badges.table(badge_id)
    if "." in badge_id:
        raise RulesError(f"{keys.path}: the id must not hold a point")
    metric = keys.sourced("metric", one_of(tuple(_NUMBERS)))
    entries = keys.take("tiers")
    if not isinstance(entries, list) or not entries:
        raise RulesError(f"{keys.at('tiers')}: must be a list that is not empty")
    tables = [Keys(entry, keys.at(f"tiers[{n}]")) for n, entry in enumerate(entries)]
    keys.done()
    names = _names(tables, keys.at("tiers"))
    ids = [f"{badge_id}.{name}" if name else badge_id for name in names]
    with Gathering() as part:
        tiers = [part(_tier, tier, table, _NUMBERS[metric]) for tier, table in zip(ids, tables, strict=True)]
    return Badge(badge_id, metric, tuple(tiers))


def _names(tables: list[Keys], path: str) -> list[str]:
    """The tiers' names in the order of TIERS; the only tier of a badge may have none."""
    if len(tables) == 1 and "tier" not in tables[0].names():
        return [""]
    names = [one_of(TIERS)(table.take("tier"), table.at("tier")) for table in tables]
    if names != [tier for tier in TIERS if tier in names]:
        raise RulesError(f"{path}: must go up, {', '.join(TIERS)}, each once")
    return names


def _tier(tier_id: str, keys: Keys, readers: Mapping[str, Reader]) -> Tier:
    numbers = {name: read(keys.take(name), keys.at(name)) for name, read in readers.items()}
    keys.end_with_source()
    return Tier(tier_id, **numbers)
