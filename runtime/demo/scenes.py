"""Which scene to play."""

from pathlib import Path

from runtime.demo.day import RECORDED_SECRET, read_day
from runtime.demo.floor_scene import FloorScene
from runtime.demo.recorded_scene import RecordedScene
from runtime.demo.scene import Scene
from runtime.demo.weather import Weather
from sandbox.floor import Floor

CALLS_A_DAY = 25


def choose_scene(
    deliveries: Path | None,
    secret: str | None,
    shuffle: int | None,
    repeat: int,
    *,
    floor: tuple[int, int, int],
    weather: Weather,
) -> Scene:
    """A recorded day where there is a file, else a floor of (seed, reps, days). Errors: `ValueError` for a bad file."""
    if deliveries is not None:
        return RecordedScene(read_day(deliveries, secret or RECORDED_SECRET), shuffle, repeat)
    seed, reps, days = floor
    return FloorScene(Floor(seed, reps=reps, days=days, calls_a_day=CALLS_A_DAY, lossy=True), weather)
