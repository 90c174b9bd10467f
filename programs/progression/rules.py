"""The rules of the progression as values, read from one versioned file and checked before anything starts."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TypeVar

from programs.progression.badge_rules import BadgeRules, read_badges
from programs.progression.diagnosis_rules import DiagnosisRules, read_diagnosis
from programs.progression.dispositions import disposition_of
from programs.progression.rank_gates import Rank, rank_names, read_rank_words, read_ranks
from programs.progression.rules_lines import LineIndex
from programs.progression.rules_mistakes import Gathering, RulesError
from programs.progression.rules_reading import (
    Keys,
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
from programs.progression.stage_rules import Stages, read_stages

__all__ = [
    "FOREIGN",
    "REPSYNC",
    "Rules",
    "RulesError",
    "default_rules",
    "read_rules",
]

REPSYNC = "repsync"
FOREIGN = "foreign"
T = TypeVar("T")
_XP_AMOUNTS = ("dial", "connect", "two_plus", "two_plus_from_s", "appointment", "deal", "boss_per_level")
_METRICS = ("sub_thirty_below_s", "two_minutes_above_s", "recent_days")
_xp = whole(1, 1_000_000)  # far below what the column of an award holds


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

    @property
    def shares_rows(self) -> bool:
        """Whether another program is known to write XP into every rep's row."""
        return FOREIGN in (self.calls, self.training)


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

    def xp_above(self, code: str) -> float:
        """The XP that the next higher rank asks for, which all above it ask for too; infinite at the top."""
        above = self.rank_index(code) + 1
        return self.ranks[above].xp if above < len(self.ranks) else math.inf

    def ranks_between(self, low: str, high: str) -> tuple[str, ...]:
        """The codes above `low`, up to and with `high`; none when `high` is not above it."""
        return tuple(rank.code for rank in self.ranks[self.rank_index(low) + 1 : self.rank_index(high) + 1])


def read_rules(text: str) -> Rules:
    """The rules in a TOML text of the shape of rules.toml.

    Raises RulesError with every mistake that can be found, each with its key and line. What is wrong only beside other
    keys is seen once these are right.
    """
    top = parse_toml(text)
    with Gathering(LineIndex(text).line_of) as part:

        def table(name: str, read: Callable[[Keys], T]) -> T:
            return part(lambda: read(top.table(name)))

        modules = part(top.table, "modules")
        listed = part(top.take, "ranks")
        levels = table("levels", _levels)
        cadence = table("cadence", lambda keys: keys.exactly(("touches", "within_days"), positive))
        rules = Rules(
            version=part(lambda: word(top.take("version"), "version")),
            xp=table("xp", lambda keys: Xp(**keys.exactly(_XP_AMOUNTS, _xp))),
            xp_owners=table("xp_owners", _owners),
            connect_dispositions=table("calls", _connects),
            ranks=part(lambda: read_ranks(listed, modules.names())),
            modules=part(lambda: _modules(modules)),
            twins=table("twins", lambda keys: Twins(**keys.exactly(("near_s", "same_lead_s"), positive))),
            metrics=table("metrics", lambda keys: Metrics(**keys.exactly(_METRICS, positive))),
            rank_words=table("rank_words", lambda keys: read_rank_words(keys, rank_names(listed))),
            badges=table("badges", read_badges),
            exam_aliases=table("exam_aliases", _exam_aliases),
            certification_pass_marks=table("certification_pass_marks", lambda keys: keys.all_sourced(percent)),
            stages=table("stages", read_stages),
            appointment_window_days=table("appointments", lambda keys: _only(keys, "window_days", positive)),
            time_zone=table("streak", lambda keys: _only(keys, "time_zone", time_zone)),
            diagnosis=table("diagnosis", read_diagnosis),
            level_xp=part(lambda: levels[0]),
            level_step=part(lambda: levels[1]),
            cadence_touches=part(lambda: cadence["touches"]),
            cadence_within_days=part(lambda: cadence["within_days"]),
        )
        top.done()
    return rules


def _only(keys: Keys, key: str, read: Callable[[object, str], T]) -> T:
    return keys.exactly((key,), read)[key]


def _connects(keys: Keys) -> frozenset[str]:
    return frozenset(_only(keys, "connect_dispositions", list_of(_disposition)))


def _disposition(value: object, path: str) -> str:
    """One as calls have it: another spelling would match no call."""
    written = word(value, path)
    read = disposition_of(written)
    if read != written:
        meant = f"{read}, as notes are read" if read else "a word for an outcome"
        raise RulesError(f"{path}: must be {meant}, not {value!r}")
    return written


def _owners(keys: Keys) -> Owners:
    return Owners(**keys.exactly(("calls", "training"), one_of((REPSYNC, FOREIGN))))


def _modules(keys: Keys) -> dict[str, Module]:
    with Gathering() as part:
        return {name: part(_module, keys, name) for name in keys.names()}


def _module(keys: Keys, name: str) -> Module:
    module = keys.table(name)
    with Gathering() as part:
        found = Module(xp=part(module.sourced, "xp", _xp), pass_mark=part(module.sourced, "pass_mark", percent))
        module.done()
    return found


def _levels(keys: Keys) -> tuple[tuple[int, ...], int]:
    with Gathering() as part:
        listed = part(keys.sourced, "xp", list_of(whole(0)))
        step = part(keys.sourced, "step", positive)
        keys.done()
    return ascending(listed, lambda index: f"{keys.at('xp')}.value[{index}]"), step


def _exam_aliases(keys: Keys) -> dict[str, str]:
    aliases: dict[str, str] = {}
    for exam, others in keys.all_sourced(list_of(word)).items():
        for alias in (exam, *others):
            if aliases.setdefault(alias, exam) != exam:
                raise RulesError(f"{keys.at(exam)}: {alias} is an alias of {aliases[alias]} already")
    return aliases


@cache
def default_rules() -> Rules:
    """The rules that repsync ships."""
    return read_rules(files(__package__).joinpath("rules.toml").read_text(encoding="utf-8"))
