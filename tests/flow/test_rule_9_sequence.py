"""Rule 9: one publisher at a time, and each write has a sequence beyond all before it."""

from contextlib import suppress

import pytest
from floor import JANE, JONY
from other_writers import called, change, once, publish_while, rows_of
from proving import discrepancies
from sqlalchemy import select, text
from world import World

from ledger.engine import connected, transaction
from ledger.errors import LedgerUnavailable
from ledger.locks import held_alone
from ledger.tables import writes
from worker.parts import install
from worker.planning import PlannedWrite, plan_rep
from worker.publish import PUBLISHER, publish_batch, publish_job
from worker.rows import RowSource
from worker.writing import write


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


def _planned(world: World) -> tuple[list[PlannedWrite], RowSource]:
    """Jane's write, planned and not sent."""
    parts = world.floor.parts
    source = RowSource(parts.twenty)
    with connected(parts.engine) as connection:
        plan = plan_rep(parts, JANE, source.read([JANE], {})[JANE], source.fields, connection)
    return [plan], source


def _sequences(world: World, rep: str = JANE) -> list[int]:
    written = select(writes.c.sequence).where(writes.c.rep == rep).order_by(writes.c.id)
    with transaction(world.floor.parts.engine) as connection:
        return list(connection.execute(written).scalars())


def test_a_plan_that_another_publisher_overtook_is_not_sent(world: World) -> None:
    """PostgreSQL was away, and with it the lock: of two publishers the later one's row stays."""
    called(world)
    plans, source = _planned(world)
    called(world)
    world.floor.publish()
    sent = world.twenty.calls
    assert write(world.floor.parts, plans, source.fields) == plans
    assert world.twenty.calls == sent
    assert (world.row()["totalXp"], _sequences(world)) == (4, [1])


def test_a_batch_that_crossed_another_publishers_is_written_once_more(world: World) -> None:
    """Both sent the same numbers: the older standings are not remembered, and the newer ones come back at once."""
    parts = world.floor.parts

    def work() -> None:
        called(world)
        called(world, JONY)

    def overtake() -> None:
        work()
        publish_batch(parts)

    work()
    world.floor.publish()
    work()
    publish_while(world, once(overtake))
    assert {row["totalXp"] for row in world.floor.rows().values()} == {6}
    assert (_sequences(world, JANE), _sequences(world, JONY)) == ([1, 2, 3], [1, 2, 3])
    assert discrepancies(world.floor) == []


def test_a_hold_lasts_as_long_as_its_connection(world: World) -> None:
    """Its holder sees that PostgreSQL was away, so that it stops publishing."""
    engine = world.floor.parts.engine
    ended = text("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted")
    with suppress(LedgerUnavailable), held_alone(engine, PUBLISHER) as held:
        assert held
        assert held.lasts()
        with transaction(engine) as connection:
            connection.execute(ended)
        assert not held.lasts()
    with held_alone(engine, PUBLISHER) as held:
        assert held
