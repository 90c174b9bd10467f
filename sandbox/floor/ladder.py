"""Levels and ranks by the rules documents: written down a second time, apart from the worker's rules file."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, tzinfo
from itertools import groupby

from sandbox.floor.badges import badges_of
from sandbox.floor.events import Event
from sandbox.floor.reached import Reached

_LEVEL_XP = (0, 100, 250, 500, 1000, 1750, 2750, 4000, 5500, 7500, 10000, 13000, 16500, 20500, 25000)
_LEVEL_STEP = 5000


def _is_e2(rep: Reached) -> bool:
    return rep.count("xp") >= 500 and rep.studied(0, 1) and rep.count("call") >= 100


def _is_e3(rep: Reached) -> bool:
    decorated = len({badge.split(".")[0] for badge in rep.badges}) >= 2
    return rep.count("xp") >= 1_500 and rep.studied(0, 1, 2, 3) and decorated and rep.appointments.set >= 3


def _is_e4(rep: Reached) -> bool:
    opens = rep.count("sub_thirty") * 2 < rep.count("call")
    proven = rep.count("deal") >= 5 and rep.exams.get("operative_certification", 0) >= 80
    return rep.count("xp") >= 3_000 and rep.studied(0, 1, 2, 3, 4, 5) and opens and proven


def _is_e5(rep: Reached) -> bool:
    converts = rep.appointments.set * 20 > rep.count("call")
    proven = rep.count("deal") >= 10 and rep.exams.get("senior_certification", 0) >= 85
    return rep.count("xp") >= 8_000 and rep.studied(6) and converts and proven


# E-6 asks for two mentees and E-7 for what nothing tells: nobody gets there on the floor.
_RANKS: Mapping[str, Callable[[Reached], bool]] = {"E-2": _is_e2, "E-3": _is_e3, "E-4": _is_e4, "E-5": _is_e5}


def level_of(xp: int) -> int:
    """The level of so much XP; from 16 on each costs 5,000."""
    listed = sum(xp >= needed for needed in _LEVEL_XP)
    return listed + max(0, xp - _LEVEL_XP[-1]) // _LEVEL_STEP


def climb(events: Iterable[Event], zone: tzinfo) -> tuple[str, Reached]:
    """The rank that a rep gets to, and what the rep has in the end.

    In order of time; what happens at one instant counts at once. After each a rep gets every badge, and then the
    highest rank, whose gates and those of all below it are met. Neither is ever lost.
    """
    reached, rank, coming = Reached(zone), "E-1", list(_RANKS)
    for _, changes in groupby(_changes(events), key=lambda change: change[0]):
        for _, by, event in changes:
            reached.move(event, by)
        reached.badges.update(badges_of(reached))
        while coming and _RANKS[coming[0]](reached):
            rank = coming.pop(0)
    return rank, reached


def _changes(events: Iterable[Event]) -> list[tuple[datetime, int, Event]]:
    """When each event begins (1) and ends (-1) to count."""
    known = list(events)
    begun = [(event.since, 1, event) for event in known]
    ended = [(event.until, -1, event) for event in known if event.until]
    return sorted([*begun, *ended], key=lambda change: change[0])
