"""The rules of the progression as values, read from one versioned file and checked before anything starts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TypeVar

from programs.progression.badge_rules import BadgeRules, read_badges
from programs.progression.diagnosis_rules import DiagnosisRules, read_diagnosis
from programs.progression.rank_gates import Rank, read_rank_words, read_ranks
from programs.progression.rules_reading import (
    Keys,
    RulesError,
    ascending,
    list_of,
    one_of,
    parse_toml,
    percent,
    positive,
    time_zone,
    whole,
    word,
)

__all__ = [
    "FOREIGN",
    "REPSYNC",
    "Rules",
    "RulesError",
    "Stages",
    "Xp",
    "default_rules",
    "read_rules",
]

REPSYNC = "repsync"
FOREIGN = "foreign"
T = TypeVar("T")
_XP_AMOUNTS = ("dial", "connect", "two_plus", "two_plus_from_s", "appointment", "deal", "boss_per_level")
_METRICS = ("sub_thirty_below_s", "two_minutes_above_s", "recent_days")
_STAGE_STARTS = ("appointment_from", "held_from", "won_from")


@dataclass(frozen=True, slots=True)
class Xp:
    """XP of each reason. A call's reasons are increments: dial + connect + two_plus."""

    dial: int
    connect: int
    two_plus: int
    two_plus_from_s: int
    appointment: int
    deal: int
    boss_per_level: int


@dataclass(frozen=True, slots=True)
class Owners:
    """Who pays a kind of XP into the row: `repsync` or `foreign`."""

    calls: str
    training: str


@dataclass(frozen=True, slots=True)
class Module:
    """XP for passing a training module the first time, and the score in percent that passes it."""

    xp: int
    pass_mark: int


@dataclass(frozen=True, slots=True)
class Twins:
    """How near two notes of one call are: with the same outcome, and with the same lead and duration too."""

    near_s: int
    same_lead_s: int


@dataclass(frozen=True, slots=True)
class Metrics:
    """The bounds of the efficiency metrics, both strict, and over how many days, today included, they are recent."""

    sub_thirty_below_s: int
    two_minutes_above_s: int
    recent_days: int


@dataclass(frozen=True, slots=True)
class Stages:
    """The opportunity stages that count as an appointment, as held and as won (each holds the next)."""

    ladder: tuple[str, ...]
    met: frozenset[str]
    held: frozenset[str]
    won: frozenset[str]


@dataclass(frozen=True, slots=True)
class Rules:
    """Every number of the progression. Pass marks are percents; durations end in `_s`.

    `level_xp[n]` is the XP of level n + 1, each further level costs `level_step`. `ranks` ascend.
    `rank_words` maps a rank's words without case and punctuation to its code, `exam_aliases` exam ids to the
    canonical one.
    """

    version: str
    xp: Xp
    xp_owners: Owners
    modules: Mapping[str, Module]
    connect_dispositions: frozenset[str]
    twins: Twins
    metrics: Metrics
    level_xp: tuple[int, ...]
    level_step: int
    ranks: tuple[Rank, ...]
    rank_words: Mapping[str, str]
    badges: BadgeRules
    exam_aliases: Mapping[str, str]
    certification_pass_marks: Mapping[str, int]
    stages: Stages
    appointment_window_days: int
    cadence_touches: int
    cadence_within_days: int
    time_zone: str
    diagnosis: DiagnosisRules

    def exam_named(self, exam_id: str) -> str:
        """The canonical id of an exam that is known under several; an unknown id is its own."""
        return self.exam_aliases.get(exam_id, exam_id)

    def pass_mark_of(self, exam: str) -> int | None:
        """The score in percent that passes an exam (canonical id): its certification's, else its rank gate's."""
        marks = {self.exam_named(name): mark for name, mark in self.certification_pass_marks.items()}
        gates = (gate for rank in self.ranks for gate in rank.gates if gate.kind == "exam" and exam in gate.ids)
        return marks.get(exam) or next((gate.at_least for gate in gates), None)

    def rank_index(self, code: str) -> int:
        """The place of a rank's code on the ladder, 0 the lowest. Raises ValueError for an unknown code."""
        return [rank.code for rank in self.ranks].index(code)

    def ranks_between(self, low: str, high: str) -> tuple[str, ...]:
        """The codes above `low`, up to and with `high`; none when `high` is not above it."""
        return tuple(rank.code for rank in self.ranks[self.rank_index(low) + 1 : self.rank_index(high) + 1])


def read_rules(text: str) -> Rules:
    """The rules in a TOML text of the shape of rules.toml. Raises RulesError, which names the wrong key."""
    top = parse_toml(text)
    modules = _modules(top.table("modules"))
    ranks = read_ranks(top.take("ranks"), modules)
    level_xp, level_step = _levels(top.table("levels"))
    cadence = top.table("cadence").exactly(("touches", "within_days"), positive)
    rules = Rules(
        version=word(top.take("version"), "version"),
        xp=Xp(**top.table("xp").exactly(_XP_AMOUNTS, positive)),
        xp_owners=Owners(**top.table("xp_owners").exactly(("calls", "training"), one_of((REPSYNC, FOREIGN)))),
        connect_dispositions=frozenset(_one(top, "calls", "connect_dispositions", list_of(word))),
        modules=modules,
        twins=Twins(**top.table("twins").exactly(("near_s", "same_lead_s"), positive)),
        metrics=Metrics(**top.table("metrics").exactly(_METRICS, positive)),
        ranks=ranks,
        rank_words=read_rank_words(top.table("rank_words"), ranks),
        badges=read_badges(top.table("badges")),
        exam_aliases=_exam_aliases(top.table("exam_aliases")),
        certification_pass_marks=top.table("certification_pass_marks").all_sourced(percent),
        stages=_stages(top.table("stages")),
        appointment_window_days=_one(top, "appointments", "window_days", positive),
        time_zone=_one(top, "streak", "time_zone", time_zone),
        diagnosis=read_diagnosis(top.table("diagnosis")),
        level_xp=level_xp,
        level_step=level_step,
        cadence_touches=cadence["touches"],
        cadence_within_days=cadence["within_days"],
    )
    top.done()
    return rules


def _one(top: Keys, table: str, key: str, read: Callable[[object, str], T]) -> T:
    return top.table(table).exactly((key,), read)[key]


def _modules(keys: Keys) -> dict[str, Module]:
    return {name: _module(keys.table(name)) for name in keys.names()}


def _module(keys: Keys) -> Module:
    module = Module(xp=keys.sourced("xp", positive), pass_mark=keys.sourced("pass_mark", percent))
    keys.done()
    return module


def _levels(keys: Keys) -> tuple[tuple[int, ...], int]:
    listed = ascending(keys.sourced("xp", list_of(whole(0))), keys.at("xp"))
    step = keys.sourced("step", positive)
    keys.done()
    return listed, step


def _exam_aliases(keys: Keys) -> dict[str, str]:
    aliases: dict[str, str] = {}
    for exam, others in keys.all_sourced(list_of(word)).items():
        for alias in (exam, *others):
            if aliases.setdefault(alias, exam) != exam:
                raise RulesError(f"{keys.at(exam)}: {alias} is an alias of {aliases[alias]} already")
    return aliases


def _stages(keys: Keys) -> Stages:
    ladder = keys.sourced("ladder", list_of(word))
    first = {name: ladder.index(keys.sourced(name, one_of(ladder))) for name in _STAGE_STARTS}
    keys.done()
    if list(first.values()) != sorted(first.values()):
        raise RulesError(f"{keys.path}: {', '.join(_STAGE_STARTS)} must not go down the ladder")
    met, held, won = (frozenset(ladder[start:]) for start in first.values())
    return Stages(ladder, met, held, won)


@cache
def default_rules() -> Rules:
    """The rules that repsync ships."""
    return read_rules(files(__package__).joinpath("rules.toml").read_text(encoding="utf-8"))
