"""The ledger remembers, hour by hour, how others' XP grew beside a rep's calls."""

from floor import JANE
from world import World

from ledger.engine import transaction
from ledger.foreign_growth import growth_by_rep

CALL = "Call - BUSY | 0:05 | Kim"


def _an_hour_later(world: World) -> None:
    world.floor.ledger("UPDATE foreign_growth SET hour_at = hour_at - interval '1 hour' RETURNING 1")


def _figures(world: World) -> list[tuple[int, int]]:
    with transaction(world.floor.parts.engine) as connection:
        return [(line.foreign_xp, line.calls) for line in growth_by_rep(connection).get(JANE, [])]


def _pays_too(world: World, xp: int) -> None:
    """Another program adds XP to Jane's row."""
    (row,) = (row for row in world.twenty.rows("repProgressions") if row["workspaceMemberId"] == JANE)
    world.twenty.as_api_key().update("repProgressions", row["id"], {"totalXp": row["totalXp"] + xp})


def test_another_program_that_pays_calls_shows(world: World) -> None:
    """It adds 5 for each call of Jane's: each hour in which both grew is a line, others' XP and all her calls."""
    world.call(CALL)
    world.settled()
    for _ in range(3):
        _an_hour_later(world)
        world.call(CALL)
        _pays_too(world, 5)
        world.settled()
    assert _figures(world) == [(0, 1), (5, 2), (10, 3), (15, 4)]


def test_an_hour_is_one_line(world: World) -> None:
    """However often the row is written in it."""
    for _ in range(3):
        world.call(CALL)
        world.settled()
        _pays_too(world, 5)
    world.call(CALL)
    world.settled()
    assert _figures(world) == [(15, 4)]


def test_calls_alone_add_no_line(world: World) -> None:
    """Where nobody else pays, the first line stays the only one."""
    for _ in range(3):
        world.call(CALL)
        world.settled()
        _an_hour_later(world)
    assert _figures(world) == [(0, 1)]


def test_lines_are_kept_for_a_week(world: World) -> None:
    """And the newest older one, which the next is compared with."""
    for _ in range(3):
        world.call(CALL)
        world.settled()
        _pays_too(world, 5)
        world.floor.ledger("UPDATE foreign_growth SET hour_at = hour_at - interval '8 days' RETURNING 1")
    world.call(CALL)
    world.settled()
    assert _figures(world) == [(10, 3), (15, 4)]
