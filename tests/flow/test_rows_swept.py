"""The sweep sees what others did to a rep's row, and lets the publisher look at it; our own writes are known."""

from collections.abc import Callable
from typing import Any

import pytest
from floor import JANE, JONY
from other_writers import ROWS, called, change, gives, once, publish_while, rows_of
from redis import Redis
from workspaces import reshape
from world import World

from programs.progression.rep_rows import reps_to_look_at
from sandbox.twenty.faults import ApiFault, Faults
from twenty_client.errors import ServerFault
from worker.sweep import sweep

KNOWN = {"id": "r1", "workspaceMemberId": JANE, "totalXp": 10, "name": None, "deletedAt": None, "updatedAt": "1"}


@pytest.fixture
def written(world: World) -> World:
    """A world whose rows for Jane and Jony, too, are written and were swept once."""
    reshape(world, unique=False)
    called(world)
    called(world, JONY)
    world.floor.publish()
    world.floor.sweep()
    return world


def _dirty(world: World) -> list[str]:
    return [row["id"] for row in world.floor.ledger("SELECT id FROM reps WHERE dirty > done ORDER BY id")]


def _swept(world: World) -> list[str]:
    """Who is dirty after a sweep, before anything that it stored is digested."""
    world.passes(seconds=1)
    sweep(world.floor.parts)
    return _dirty(world)


def _second_row(world: World) -> None:
    world.passes(seconds=1)
    world.twenty.as_api_key().create(ROWS, {"workspaceMemberId": JANE, "totalXp": 5})


@pytest.mark.parametrize(
    "deed",
    [
        lambda world: change(world, totalXp=1),
        lambda world: gives(world, 40),
        lambda world: change(world, currentRank="E-3"),
        lambda world: change(world, workspaceMemberId=""),
        lambda world: world.delete(ROWS, rows_of(world)[0]["id"]),
        _second_row,
    ],
    ids=["lowered", "given", "promoted", "cleared", "deleted", "duplicated"],
)
def test_what_others_did_to_a_row_is_looked_at(written: World, deed: Callable[[World], Any]) -> None:
    """Jane alone gets dirty, though none of her records changed; once published, she stays clean."""
    deed(written)
    assert _swept(written) == [JANE]
    written.floor.publish()
    before = rows_of(written)
    if deed is not _second_row:
        assert _swept(written) == []
    assert rows_of(written) == before
    assert next(row["totalXp"] for row in before if not row["deletedAt"]) >= 2


def test_our_own_writes_make_nobody_dirty(written: World) -> None:
    """Rows made new, written alone and in a batch, swept again and again within the overlap: no loop."""
    for _ in range(3):
        called(written)
        called(written, JONY)
        written.floor.publish()
        assert _swept(written) == []
    called(written)
    gives(written, 7)
    written.floor.publish()
    assert _swept(written) == []


def test_a_row_written_by_both_at_once_is_looked_at(written: World) -> None:
    """Somebody's XP that came between our read and our write: the row says more than we know."""
    called(written)
    called(written, JONY)
    publish_while(written, once(lambda: change(written, currentRank="E-2")))
    assert JANE in _swept(written)
    written.floor.publish()
    assert _swept(written) == []


def test_a_row_that_was_told_twice_keeps_its_place(written: World) -> None:
    """Who waits for the publisher already is not put back, nor marked again by the overlap."""
    change(written, totalXp=1)
    assert _swept(written) == [JANE]
    numbers = "SELECT dirty, dirty_at FROM reps ORDER BY id"
    before = written.floor.ledger(numbers)
    assert _swept(written) == [JANE]
    assert written.floor.ledger(numbers) == before


def test_who_never_worked_gets_no_row(world: World) -> None:
    """A leader makes a row for Jony, who never called: no business of ours."""
    called(world)
    world.floor.publish()
    world.floor.sweep()
    world.passes(seconds=1)
    world.twenty.as_api_key().create(ROWS, {"workspaceMemberId": JONY, "totalXp": 5})
    assert _swept(world) == []
    assert len(rows_of(world, JONY)) == 1


def test_a_workspace_without_rows_is_swept(written: World) -> None:
    """Before `repsync setup`, or after somebody took the object away: the sweep is whole all the same."""
    written.twenty.remove_object(ROWS)
    assert _swept(written) == []
    assert written.floor.ledger("SELECT began_at FROM sweep_state") == [{"began_at": None}]


@pytest.mark.parametrize(
    ("found", "looked_at"),
    [
        ({**KNOWN, "updatedAt": "2", "position": 7, "updatedBy": {"name": "x"}, "name": ""}, False),
        ({**KNOWN, "totalXp": 9}, True),
        ({**KNOWN, "totalXp": None}, True),
        ({**KNOWN, "nickname": "J"}, True),
        ({**KNOWN, "workspaceMemberId": None}, True),
        ({**KNOWN, "workspaceMemberId": JONY}, True),
        ({**KNOWN, "id": "r2"}, True),
        ({**KNOWN, "id": "r2", "workspaceMemberId": JONY}, False),
    ],
)
def test_which_rows_say_something_unknown(found: dict[str, Any], looked_at: bool) -> None:
    """Any value of anybody's counts, but what moves with every write; a row of somebody unknown does not."""
    assert reps_to_look_at({JANE: KNOWN}, [found]) == ({JANE} if looked_at else set())


def test_rows_that_could_not_be_read_are_read_next_time(written: World, redis_url: str) -> None:
    """The sweep goes on with the rows, and asks for nothing that is stored already."""
    change(written, totalXp=1)
    written.passes(seconds=1)
    written.twenty.faults.set(Faults(api=(ApiFault(kind="400", share=1, plural=ROWS),)))
    with pytest.raises(ServerFault):
        sweep(written.floor.parts)
    assert _dirty(written) == []
    written.twenty.faults.set(Faults())
    Redis.from_url(redis_url).flushall()
    assert sweep(written.floor.parts) == {ROWS: 2, "people": 0}
    assert _dirty(written) == [JANE]
