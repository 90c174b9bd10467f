"""Fixtures: a floor over a fresh database, Valkey and sandbox Twenty."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta

import pytest
from floor import REDHAWK_SECRET, Floor, recorded_day
from sales_floor import Play, SalesFloors
from webhook_receiver import open_receiver
from world import MONDAY, SECRET, World

from runtime.demo.day import Day
from runtime.settings import Settings
from sandbox.floor import FloorTime
from sandbox.twenty import SandboxTwenty
from sandbox.twenty.recorded import newest_event_at, take_over
from sandbox.twenty.versions import V2_21, WaysOfVersion

API_KEY = "a-key-of-the-tests"


def _settings(database_url: str, redis_url: str, twenty_url: str, secret: str) -> Settings:
    return Settings(
        database_url=database_url,
        redis_url=redis_url,
        twenty_url=twenty_url,
        twenty_api_key=API_KEY,
        twenty_webhook_secrets=(secret,),
        redhawk_webhook_secrets=(REDHAWK_SECRET,),
        webhook_tolerance_s=10**10,
        twenty_calls_per_minute=10_000,
    )


@pytest.fixture
def open_floor(redis_url: str) -> Iterator[Callable[[Day, str], Floor]]:
    """Opens a floor on a day over a database; the sandbox Twenty holds the day's records as they finally were."""
    opened: list[SandboxTwenty] = []

    def build(day: Day, database_url: str) -> Floor:
        floor_time = FloorTime(newest_event_at(list(day.deliveries)) + timedelta(minutes=5))
        twenty = SandboxTwenty(API_KEY, clock=floor_time.clock(), tokens=None)
        take_over(twenty, list(day.deliveries))
        opened.append(twenty)
        settings = _settings(database_url, redis_url, twenty.start(), day.secret)
        return Floor(day, replace(settings, replay_as_of=day.as_of), twenty, floor_time)

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
def open_world(redis_url: str, fresh_database: Callable[[], str]) -> Iterator[Callable[..., World]]:
    """Opens worlds, each over a database of its own, in a Twenty 2.21 or one with other `ways`."""
    with ExitStack() as left:

        def build(ways: WaysOfVersion = V2_21) -> World:
            floor_time = FloorTime(MONDAY)
            twenty = SandboxTwenty(API_KEY, clock=floor_time.clock(), tokens=None, ways=ways)
            left.callback(twenty.stop)
            settings = _settings(fresh_database(), redis_url, twenty.start(), SECRET)
            floor = Floor(Day((), SECRET), settings, twenty, floor_time)
            return World(floor, left.enter_context(open_receiver()))

        yield build


@pytest.fixture
def world(open_world: Callable[..., World]) -> World:
    """A small world, on a Monday morning in New York."""
    return open_world()


@pytest.fixture
def play(database_url: str, redis_url: str) -> Iterator[Play]:
    """Performs a made-up sales floor as fast as it goes."""
    floors = SalesFloors(database_url, redis_url)
    yield floors.play
    floors.stop()
