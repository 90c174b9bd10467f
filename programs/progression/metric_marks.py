"""What the efficiency metrics are held against: the shares that ranks and badges ask for."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from programs.progression.efficiency import Rate
from programs.progression.rules import Rules

# The metric's name in the rules by its name in a standing.
METRICS: Mapping[str, str] = MappingProxyType(
    {
        "sub30sDropRate": "sub_thirty_drop",
        "twoPlusMinRate": "two_plus_minutes",
        "callToApptRate": "call_to_appointment",
        "cadenceCompletionRate": "cadence_completion",
        "showRate": "show",
    }
)


@dataclass(frozen=True, slots=True)
class Mark:
    """A share in percent that a rank (`of` is its code) or a badge's tier (its id) asks for.

    `below`: less is better, and the share must lie below; else it must reach the mark, and lie above it if `strict`.
    The sample that a badge wants beside is no part of it.
    """

    percent: int
    of: str
    below: bool = False
    strict: bool = False

    def met_by(self, rate: Rate) -> bool:
        """Compares counts, not a rounded share; nothing is met without data."""
        have, wanted = rate.have * 100, self.percent * rate.of
        if self.below:
            return have < wanted
        return rate.of > 0 and (have > wanted or (have == wanted and not self.strict))


@dataclass(frozen=True, slots=True)
class Marked:
    """A metric's share between the hardest mark that it meets and the easiest that it does not; None: there is none.

    `marks` are all, the easiest first.
    """

    rate: Rate
    marks: tuple[Mark, ...]
    reached: Mark | None
    following: Mark | None


def marks_of(metric: str, rules: Rules) -> tuple[Mark, ...]:
    """All marks of a metric (its name in the rules), the easiest first, ranks before badges."""
    found = [*_of_ranks(metric, rules), *_of_badges(metric, rules)]
    return tuple(sorted(found, key=lambda mark: -mark.percent if mark.below else mark.percent))


def marked(rate: Rate, marks: Sequence[Mark]) -> Marked:
    """Where a share stands among its marks."""
    met = [mark for mark in marks if mark.met_by(rate)]
    unmet = [mark for mark in marks if not mark.met_by(rate)]
    return Marked(rate, tuple(marks), met[-1] if met else None, unmet[0] if unmet else None)


def _of_ranks(metric: str, rules: Rules) -> Iterator[Mark]:
    for rank in rules.ranks:
        for gate in rank.gates:
            if gate.kind == metric and gate.below_percent is not None:
                yield Mark(gate.below_percent, rank.code, below=True)
            elif gate.kind == metric and gate.above_percent is not None:
                yield Mark(gate.above_percent, rank.code, strict=True)


def _of_badges(metric: str, rules: Rules) -> Iterator[Mark]:
    for badge in rules.badges.all:
        for tier in badge.tiers if badge.metric == metric else ():
            below = tier.below_percent > 0
            yield Mark(tier.below_percent if below else tier.at_least_percent, tier.id, below=below)
