"""What the faults decide for one post of a webhook."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fate:
    """Posted `delay_s` after its turn; with `steps_back` the next delivery overtakes it."""

    delay_s: float = 0.0
    steps_back: bool = False


ON_TIME = Fate()
