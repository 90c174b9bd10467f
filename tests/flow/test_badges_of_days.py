"""Badges over days look at appointments of those days."""

from world import World


def test_appointments_on_later_days_without_calls_make_no_dense_day(world: World) -> None:
    """One dial on Monday, and opportunities that meet two and twenty days later: no "2 in 40 dials on one day"."""
    world.call("Call - NO_ANSWER | 0:40 | Kim")
    for days in (2, 20):
        world.passes(days=days)
        world.deal("MEETING")
    world.settled()
    assert world.standing()["appointmentsSet"] == 2
    assert "efficiency_elite.bronze" not in (world.row()["badges"] or ())


def test_two_appointments_on_a_day_with_few_dials_make_one(world: World) -> None:
    """The same two on Monday do."""
    world.call("Call - NO_ANSWER | 0:40 | Kim")
    for _ in range(2):
        world.deal("MEETING")
    world.settled()
    assert "efficiency_elite.bronze" in world.row()["badges"]
