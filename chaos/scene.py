"""The scene that chaos is brought into: a sales floor told by bad webhooks, beside an API with faults."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from math import ceil
from pathlib import Path

from ledger.fault_points import VARIABLE
from runtime.demo.floor_scene import FloorScene
from runtime.demo.weather import Weather
from sandbox.floor import Floor, Performed, Performer, schedule
from sandbox.floor.actions import Post
from sandbox.twenty.faults import ApiFault, Faults

CALLS_A_DAY = 25
LONG_FROM = 2_000
DAYS = 4
# Of the floor's webhooks, about 80 a rep and day, some get lost and some find nobody to take them.
TAKEN_OF_A_DAY = 65
FAULTS = Faults(
    drop_share=0.03,
    double_share=0.05,
    delay_s=0.3,
    reorder_share=0.2,
    api=(
        ApiFault(kind="cut", share=0.1, plural="repProgressions"),
        ApiFault(kind="429", share=0.01),
        ApiFault(kind="500", share=0.03),
    ),
)


def floor_of(seed: int, deliveries: int) -> Floor:
    """A floor whose work brings about so many deliveries to the receiver."""
    days = DAYS if deliveries >= LONG_FROM else 1
    reps = max(2, ceil(deliveries / (TAKEN_OF_A_DAY * days)))
    return Floor(seed, reps=reps, days=days, calls_a_day=CALLS_A_DAY, lossy=True)


class ChaosScene(FloorScene):
    """A floor under faults; processes that reach a fault point whose name is a file of `points` die there."""

    title = "a sales floor at work amid kills"

    def __init__(self, floor: Floor, points: Path) -> None:
        super().__init__(floor, Weather(replace(FAULTS, seed=floor.seed), timedelta(0)))
        self.floor = floor
        self._points = points
        self.redhawk_ids = frozenset(action.id for action in schedule(floor) if isinstance(action, Post))

    def environment(self) -> dict[str, str]:
        return {**super().environment(), VARIABLE: str(self._points)}

    def perform(self, performer: Performer, pace: Callable[[int], None]) -> Performed:
        """The whole floor; `pace` is called after each action."""
        return performer.perform(self.floor, on_progress=pace)
