"""What each number of the rules means, by its key: the rules file says it in comments, people read it here."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from programs.progression.rules_values import RuleValue

GROUPS: Mapping[str, str] = MappingProxyType(
    {
        "version": "Version",
        "xp": "XP",
        "modules": "Training modules",
        "xp_owners": "Who pays XP",
        "calls": "Calls",
        "twins": "Two notes of one call",
        "metrics": "Efficiency metrics",
        "diagnosis": "Diagnosis",
        "levels": "Levels",
        "ranks": "Ranks and their gates",
        "rank_words": "Words for ranks",
        "exam_aliases": "Ids of exams",
        "certification_pass_marks": "Pass marks of certifications",
        "stages": "Stages of opportunities",
        "appointments": "Appointments",
        "cadence": "Cadence",
        "streak": "Streak",
        "badges": "Badges",
    }
)
_GATE = r"ranks\[([^\]]+)\]\.gates"
_TIER = r"badges\.([^.]+)\.tiers\[\d+\]"
_MEANINGS = (
    (r"version", "which rules these are: each award remembers it"),
    (r"xp\.dial", "XP for a call"),
    (r"xp\.connect", "XP on top when somebody talked"),
    (r"xp\.two_plus", "XP on top for a long call"),
    (r"xp\.two_plus_from_s", "seconds from which on a call is long"),
    (r"xp\.appointment", "XP for an appointment"),
    (r"xp\.deal", "XP for a deal that is won"),
    (r"xp\.boss_per_level", "XP for a boss beaten, for each of its levels"),
    (r"modules\.(.+)\.xp", "XP for passing {0} the first time"),
    (r"modules\.(.+)\.pass_mark", "score in percent that passes {0}"),
    (r"xp_owners\.(.+)", "who pays the XP of {0} into the row"),
    (r"calls\.connect_dispositions", "outcomes that say that somebody talked"),
    (r"twins\.near_s", "seconds within which two notes of the same outcome are one call"),
    (r"twins\.same_lead_s", "the same, for notes with the same lead and duration too"),
    (r"metrics\.sub_thirty_below_s", "a call that ends before so many seconds is a drop"),
    (r"metrics\.two_minutes_above_s", "a call beyond so many seconds is a conversation"),
    (r"metrics\.recent_days", "days that recent figures are of, today included"),
    (r"diagnosis\.least_calls", "calls that it takes to tell anything"),
    (r"diagnosis\.least_appointments", "appointments that it takes to tell anything"),
    (r"diagnosis\.drop_from", "drops from so many percent on: train the opener"),
    (r"diagnosis\.connects_below", "connects below so many percent are few"),
    (r"diagnosis\.voicemails_up_to", "up to so many voicemails beside few connects: train voicemail"),
    (r"diagnosis\.two_minutes_below", "conversations below so many percent: train engagement"),
    (r"diagnosis\.appointments_below", "appointments below so many percent of calls: train closing"),
    (r"diagnosis\.shows_below", "shows below so many percent: train showing up"),
    (r"levels\.xp", "XP with which each level begins"),
    (r"levels\.step", "XP of each level beyond these"),
    (r"ranks\[([^\]]+)\]\.name", "the name of {0}"),
    (r"ranks\[([^\]]+)\]\.xp", "XP that {0} needs"),
    (_GATE + r"\[modules\]\.ids", "modules that {0} needs"),
    (_GATE + r"\[dials[^\]]*\]\.at_least", "calls that {0} needs"),
    (_GATE + r"\[([^\]]+)\]\.at_least", "{1} that {0} needs"),
    (_GATE + r"\[sub_thirty_drop[^\]]*\]\.below_percent", "{0} needs fewer drops than so many percent of calls"),
    (
        _GATE + r"\[call_to_appointment[^\]]*\]\.above_percent",
        "{0} needs more appointments than so many percent of calls",
    ),
    (
        _GATE + r"\[cadence_completion[^\]]*\]\.above_percent",
        "{0} needs full cadence with more than so many percent of leads",
    ),
    (_GATE + r"\[exam[^\]]*\]\.id", "exam that {0} needs"),
    (_GATE + r"\[exam[^\]]*\]\.at_least_percent", "score in percent that passes it for {0}"),
    (_GATE + r"\[certification[^\]]*\]\.id", "certification that {0} needs"),
    (_GATE + r"\[team_metrics[^\]]*\]", "team metrics that {0} needs: without numbers, so not verifiable"),
    (r"rank_words\.(.+)", "the rank that a row means with “{0}”"),
    (r"exam_aliases\.(.+)", "other ids of {0}"),
    (r"certification_pass_marks\.(.+)", "score in percent that passes {0}"),
    (r"stages\.ladder", "the stages, lowest first"),
    (r"stages\.appointment_from", "from this stage on an opportunity is an appointment"),
    (r"stages\.held_from", "from this stage on the appointment was held"),
    (r"stages\.won_from", "from this stage on the deal is won"),
    (r"appointments\.window_days", "days in which all signs with a lead are one appointment"),
    (r"cadence\.touches", "touches of a full cadence"),
    (r"cadence\.within_days", "days within which they must lie"),
    (r"streak\.time_zone", "time zone of reps who have none"),
    (r"badges\.rate_calls", "calls that a rate over days needs in them"),
    (r"badges\.early_before_hour", "a call before this hour of the rep's is early"),
    (r"badges\.no_source", "badges that nothing in Twenty or RedHawk can give"),
    (r"badges\.(.+)\.metric", "what {0} is given for"),
    (_TIER + r"\.tier", "a tier of {0}"),
    (_TIER + r"\.at_least", "how many it takes"),
    (_TIER + r"\.at_least_percent", "percent that it takes"),
    (_TIER + r"\.below_percent", "percent that it must lie below"),
    (_TIER + r"\.days", "days that it is looked at over"),
    (_TIER + r"\.appointments", "appointments that it takes"),
    (_TIER + r"\.dials", "calls in which they must come"),
    (_TIER + r"\.level", "level of the boss that must be beaten"),
)
SOURCES: Mapping[str, str] = MappingProxyType(
    {
        "seed": "the seed: Unified Progression System v3.0",
        "LIDS": "LIDS: the public ADS and RedHawk code",
        "default": "default: ours, because both are silent",
    }
)


@dataclass(frozen=True, slots=True)
class RuleGroup:
    """A table of the rules file: its name and, for each value, what it means."""

    name: str
    values: tuple[tuple[RuleValue, str], ...]


def rule_groups(values: Iterable[RuleValue]) -> list[RuleGroup]:
    """The rules by table, in the file's order."""
    tables: dict[str, list[RuleValue]] = {}
    for value in values:
        tables.setdefault(re.split(r"[.\[]", value.key)[0], []).append(value)
    return [
        RuleGroup(GROUPS.get(table, table), tuple((value, meaning(value.key)) for value in found))
        for table, found in tables.items()
    ]


def meaning(key: str) -> str:
    """What a key says; "" for one that nobody knows."""
    for pattern, told in _MEANINGS:
        if found := re.fullmatch(pattern, key):
            return told.format(*(word.replace("_", " ") for word in found.groups()))
    return ""


def told_value(value: object) -> str:
    """A list as its elements, a number with thousands."""
    if isinstance(value, list | tuple):
        return ", ".join(map(told_value, value))
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return "–" if value is None else str(value)
