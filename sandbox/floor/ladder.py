"""Levels and ranks by the rules documents: written down a second time, apart from the worker's rules file."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

_LEVEL_XP = (0, 100, 250, 500, 1000, 1750, 2750, 4000, 5500, 7500, 10000, 13000, 16500, 20500, 25000)
_LEVEL_STEP = 5000

What = Literal["xp", "call", "sub_thirty", "appointment", "deal", "module", "exam"]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that moves a rep's ladder: `amount` is XP, a score in percent, or 1; `subject` a module or exam.

    `stands` is False for what was taken back later (a deleted call): it counts in no metric in the end.
    """

    at: datetime
    what: What
    amount: int = 1
    subject: str = ""
    stands: bool = True


@dataclass(slots=True)
class Reached:
    """What a rep has at a moment."""

    counts: dict[str, int] = field(default_factory=dict)
    modules: set[str] = field(default_factory=set)
    exams: dict[str, int] = field(default_factory=dict)

    def add(self, event: Event) -> None:
        if event.what == "module":
            self.modules.add(event.subject)
        elif event.what == "exam":
            self.exams[event.subject] = max(event.amount, self.exams.get(event.subject, 0))
        else:
            self.counts[event.what] = self.count(event.what) + event.amount

    def count(self, what: What) -> int:
        return self.counts.get(what, 0)

    def studied(self, *numbers: int) -> bool:
        return self.modules.issuperset(f"module_{number}" for number in numbers)


def _is_e2(rep: Reached) -> bool:
    return rep.count("xp") >= 500 and rep.studied(0, 1) and rep.count("call") >= 100


def _is_e3(rep: Reached) -> bool:
    # Its two badges have been in the rows from the start.
    return rep.count("xp") >= 1_500 and rep.studied(0, 1, 2, 3) and rep.count("appointment") >= 3


def _is_e4(rep: Reached) -> bool:
    opens = rep.count("sub_thirty") * 2 < rep.count("call")
    proven = rep.count("deal") >= 5 and rep.exams.get("operative_certification", 0) >= 80
    return rep.count("xp") >= 3_000 and rep.studied(0, 1, 2, 3, 4, 5) and opens and proven


def _is_e5(rep: Reached) -> bool:
    converts = rep.count("appointment") * 20 > rep.count("call")
    proven = rep.count("deal") >= 10 and rep.exams.get("senior_certification", 0) >= 85
    return rep.count("xp") >= 8_000 and rep.studied(6) and converts and proven


# E-6 asks for two mentees and E-7 for what nothing tells: nobody gets there on the floor.
_RANKS: Mapping[str, Callable[[Reached], bool]] = {"E-2": _is_e2, "E-3": _is_e3, "E-4": _is_e4, "E-5": _is_e5}


def level_of(xp: int) -> int:
    """The level of so much XP; from 16 on each costs 5,000."""
    listed = sum(xp >= needed for needed in _LEVEL_XP)
    return listed + max(0, xp - _LEVEL_XP[-1]) // _LEVEL_STEP


def rank_of(events: Iterable[Event]) -> str:
    """The highest rank whose gates, and those of all below it, are met at some moment. Nobody steps down."""
    reached, rank, coming = Reached(), "E-1", list(_RANKS)
    for event in sorted(events, key=lambda event: event.at):
        reached.add(event)
        while coming and _RANKS[coming[0]](reached):
            rank = coming.pop(0)
    return rank
