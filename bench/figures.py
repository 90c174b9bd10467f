"""A figure: one thing that was measured, beside what it is held to."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """`value` in `unit`; `against` says in words, with its number, what was measured beside it in the same run.

    `ratio` is value / that (None: it stands alone); `target` is told in words, empty where there is none, and `met` is
    None then.
    """

    name: str
    value: float
    unit: str
    against: str
    ratio: float | None
    target: str
    met: bool | None


@dataclass(frozen=True, slots=True)
class Measured:
    """What a measurement found in `took_s` seconds; `failure` says why it did not come to its end, empty if it did.

    `taken_share` is how much of the processors' time others on the same host had meanwhile, 0 to 1.
    """

    name: str
    took_s: float
    taken_share: float
    figures: Sequence[Figure] = ()
    failure: str = ""

    @property
    def circumstances(self) -> str:
        """How long it took, and how far the machine was its own."""
        return f"in {self.took_s:.0f} s, {self.taken_share:.0%} of the processors' time taken by others"


def told(name: str, value: float, unit: str) -> Figure:
    """A figure that nothing is asked of."""
    return Figure(name, value, unit, "", None, "", None)
