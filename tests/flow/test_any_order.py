"""The end does not depend on the order, the number or the timing of deliveries."""

import random
from collections.abc import Callable

import pytest
from floor import Floor, recorded_day


def _settled(floor: Floor) -> str:
    floor.digest()
    floor.publish()
    floor.sweep()
    return floor.settled_to_the_byte()


@pytest.fixture(scope="module")
def in_order() -> dict[str, str]:
    """Where the day played in order is remembered for the tests of this file."""
    return {}


def _expected(in_order: dict[str, str], build: Callable[[], Floor]) -> str:
    if "settled" not in in_order:
        floor = build()
        floor.play()
        in_order["settled"] = _settled(floor)
    return in_order["settled"]


@pytest.fixture
def expected(in_order: dict[str, str], open_second_floor: Callable[[], Floor]) -> str:
    """What the day played once and in order ends with."""
    return _expected(in_order, open_second_floor)


@pytest.mark.parametrize("seed", range(20))
def test_shuffled_and_thrice_the_day_ends_the_same_to_the_byte(floor: Floor, expected: str, seed: int) -> None:
    """Every delivery three times, in any order: the same rows, standings, awards and day totals."""
    floor.play(shuffle=seed, repeat=3)
    assert _settled(floor) == expected
    assert floor.deliveries()["duplicates"] == 2 * len(recorded_day().deliveries)


@pytest.mark.parametrize("seed", range(6))
def test_jobs_in_between_change_nothing(floor: Floor, expected: str, seed: int) -> None:
    """Digests of odd sizes, publishes and sweeps at any moment of a shuffled day end the same."""
    dice = random.Random(seed)
    playlist = floor.day.playlist(seed, 2)
    while playlist:
        taken = dice.randrange(1, 60)
        floor.receive(playlist[:taken])
        del playlist[:taken]
        dice.choice([lambda: None, lambda: floor.digest(dice.randrange(1, 40)), floor.publish, floor.sweep])()
    assert _settled(floor) == expected


def test_without_any_webhook_the_sweep_gives_the_same_metrics(
    floor: Floor, open_second_floor: Callable[[], Floor]
) -> None:
    """What was never delivered is found by the sweep; only XP of versions that are gone for ever can differ."""
    with_webhooks = open_second_floor()
    with_webhooks.play()
    _settled(with_webhooks)
    floor.sweep()
    names = ("totalCalls", "subThirtyCalls", "overTwoMinuteCalls", "appointmentsSet", "appointmentsHeld")
    names += ("closedDeals", "streakDays", "efficiency", "currentRank")
    swept, played = floor.standings(), with_webhooks.standings()
    assert {rep: [standing[name] for name in names] for rep, standing in swept.items()} == {
        rep: [standing[name] for name in names] for rep, standing in played.items()
    }
