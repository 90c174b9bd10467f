"""Fixtures: a floor over a fresh database, Valkey and sandbox Twenty."""

from collections.abc import Callable, Iterator

import pytest
from floor import REDHAWK_SECRET, Floor, recorded_day
from sales_floor import Play, SalesFloors

from runtime.demo.day import Day
from runtime.settings import Settings
from sandbox.twenty import SandboxTwenty
from sandbox.twenty.recorded import clock_after, take_over

API_KEY = "a-key-of-the-tests"


@pytest.fixture
def open_floor(redis_url: str) -> Iterator[Callable[[Day, str], Floor]]:
    """Opens a floor on a day over a database; the sandbox Twenty holds the day's records as they finally were."""
    opened: list[SandboxTwenty] = []

    def build(day: Day, database_url: str) -> Floor:
        twenty = SandboxTwenty(API_KEY, clock=clock_after(list(day.deliveries)), tokens=None)
        take_over(twenty, list(day.deliveries))
        opened.append(twenty)
        settings = Settings(
            database_url=database_url,
            redis_url=redis_url,
            twenty_url=twenty.start(),
            twenty_api_key=API_KEY,
            twenty_webhook_secrets=(day.secret,),
            redhawk_webhook_secrets=(REDHAWK_SECRET,),
            webhook_tolerance_s=10**10,
            twenty_calls_per_minute=10_000,
            replay_as_of=day.as_of,
        )
        return Floor(day, settings, twenty)

    yield build
    for twenty in opened:
        twenty.stop()


@pytest.fixture
def floor(open_floor: Callable[[Day, str], Floor], database_url: str) -> Floor:
    """A floor on the recorded day."""
    return open_floor(recorded_day(), database_url)


@pytest.fixture
def open_second_floor(
    open_floor: Callable[[Day, str], Floor], fresh_database: Callable[[], str]
) -> Callable[[], Floor]:
    """Another floor on the recorded day, over a database of its own."""
    return lambda: open_floor(recorded_day(), fresh_database())


@pytest.fixture
def play(database_url: str, redis_url: str) -> Iterator[Play]:
    """Performs a made-up sales floor as fast as it goes."""
    floors = SalesFloors(database_url, redis_url)
    yield floors.play
    floors.stop()
