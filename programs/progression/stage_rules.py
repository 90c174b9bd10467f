"""Which stages of opportunities count as what, as the rules file says it."""

from dataclasses import dataclass
from itertools import pairwise

from programs.progression.rules_mistakes import Gathering, RulesError
from programs.progression.rules_reading import Keys, list_of, one_of, word

_STARTS = ("appointment_from", "held_from", "won_from")


@dataclass(frozen=True, slots=True)
class Stages:
    """The opportunity stages that count as an appointment, as held and as won (each holds the next)."""

    ladder: tuple[str, ...]
    met: frozenset[str]
    held: frozenset[str]
    won: frozenset[str]


def read_stages(keys: Keys) -> Stages:
    """The table [stages]. Raises RulesError."""
    ladder = keys.sourced("ladder", list_of(word))
    with Gathering() as part:
        starts = [part(keys.sourced, name, one_of(ladder)) for name in _STARTS]
        keys.done()
    first = [ladder.index(start) for start in starts]
    for index, (before, after) in enumerate(pairwise(first), start=1):
        if after < before:
            names = ", ".join(_STARTS)
            raise RulesError(f"{keys.at(_STARTS[index])}: {names} must not go down the ladder")
    met, held, won = (frozenset(ladder[start:]) for start in first)
    return Stages(ladder, met, held, won)
