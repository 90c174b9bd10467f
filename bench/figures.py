"""What a measurement found: figures, some with a target of the issue that asked for them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias


@dataclass(frozen=True, slots=True)
class Target:
    """A bound of a figure, in the figure's unit."""

    sense: Literal["≥", "≤"]
    bound: float

    def is_met(self, value: float) -> bool:
        """The bound itself meets it."""
        return value >= self.bound if self.sense == "≥" else value <= self.bound


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the report. `unit` is empty for a ratio."""

    what: str
    value: float
    unit: str = ""
    target: Target | None = None


@dataclass(frozen=True, slots=True)
class Findings:
    """What one measurement found; `how` says in a sentence or two what was compared with what."""

    title: str
    how: str
    figures: tuple[Figure, ...]


# Takes `quick`: less of everything, for a first look.
Measurement: TypeAlias = Callable[[bool], Findings]


def at_least(bound: float) -> Target:
    return Target("≥", bound)


def at_most(bound: float) -> Target:
    return Target("≤", bound)
