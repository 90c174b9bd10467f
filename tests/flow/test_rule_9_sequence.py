"""Rule 9: one publisher at a time, and each write has a sequence beyond all before it."""

import pytest
from floor import JANE
from other_writers import called, change, once, publish_while, rows_of
from world import World

from ledger.locks import held_alone
from worker.parts import install
from worker.publish import PUBLISHER, publish_job


@pytest.mark.parametrize(("in_row", "next_one"), [(900, 901), (None, 2), (0, 2), (1, 2)])
def test_the_next_sequence_is_beyond_ledger_and_row(world: World, in_row: int | None, next_one: int) -> None:
    """Whichever of the two knows of more writes: a restored ledger and a cleared field don't go back."""
    called(world)
    world.floor.publish()
    change(world, appliedSequence=in_row)
    called(world)
    world.floor.publish()
    assert rows_of(world)[0]["appliedSequence"] == next_one


def test_a_second_publisher_leaves_at_once(world: World) -> None:
    """While one holds the lock another writes nothing."""
    called(world)
    install(world.floor.parts)
    with held_alone(world.floor.parts.engine, PUBLISHER) as held:
        assert held
        publish_job()
    assert world.floor.rows() == {}
    publish_job()
    assert set(world.floor.rows()) == {JANE}


def test_a_rep_that_gets_dirty_while_it_is_written_stays_dirty(world: World) -> None:
    """The dirty number that was computed from is cleared, not the newer one."""
    called(world)
    publish_while(world, once(lambda: called(world)))
    assert world.row()["totalXp"] == 4
