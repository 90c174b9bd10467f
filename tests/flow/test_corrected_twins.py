"""Two notes of one call stay one call, whatever is corrected in one of them and whenever a sweep looked."""

from collections.abc import Callable

import pytest
from world import World

FIRST, SECOND = "Call - CONTACT | 2:05 | Kim", "Call - contact"
Correction = Callable[[World, str, str], None]
CORRECTIONS: dict[str, Correction] = {
    "the first one's outcome": lambda world, first, _: world.edit(first, "Call - NO_ANSWER | 2:05 | Kim"),
    "the second one's outcome": lambda world, _, second: world.edit(second, "Call - callback"),
    "the second one gets a duration": lambda world, _, second: world.edit(second, "Call - CONTACT | 3:00 | Kim"),
    "the first one is no call": lambda world, first, _: world.edit(first, "Lunch"),
    "the second one is no call": lambda world, _, second: world.edit(second, "Lunch"),
    "the first one is destroyed": lambda world, first, _: world.destroy("notes", first),
    "the first one is deleted": lambda world, first, _: world.delete("notes", first),
    "the second one is deleted": lambda world, _, second: world.delete("notes", second),
}


def _corrected(world: World, correct: Correction, *, swept_between: bool) -> tuple[int, int]:
    """Calls and XP after a call with two notes, a correction, and all that settles."""
    first, second = world.call(FIRST), world.call(SECOND)
    if swept_between:
        world.settled()
        world.passes(minutes=5)
        world.settled()
    else:
        world.told()
        world.passes(minutes=6)
    correct(world, first, second)
    world.settled()
    world.passes(minutes=5)
    world.settled()
    return world.standing()["totalCalls"], world.row()["totalXp"]


@pytest.mark.parametrize("corrected", CORRECTIONS)
def test_a_corrected_twin_is_one_call_whenever_a_sweep_looked(open_world: Callable[[], World], corrected: str) -> None:
    """What a call earns does not depend on whether it was settled before somebody corrected a note of it."""
    correct = CORRECTIONS[corrected]
    swept = _corrected(open_world(), correct, swept_between=True)
    unswept = _corrected(open_world(), correct, swept_between=False)
    assert swept == unswept
    assert swept[0] == 1


def test_a_corrected_appointment_is_paid_once(open_world: Callable[[], World]) -> None:
    """Both notes told of one appointment; corrected in one of them before a sweep looked, it still earns 120 XP."""
    world = open_world()
    first = world.call("Call - APPOINTMENT | 2:05 | Kim")
    world.call("Call - appointment")
    world.told()
    world.edit(first, "Call - CALLBACK | 2:05 | Kim")
    world.settled()
    world.passes(minutes=5)
    world.settled()
    assert (world.standing()["totalCalls"], world.row()["totalXp"]) == (1, 120)
