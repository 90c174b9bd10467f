"""A publisher that keeps a checkpoint and a digest that brings a fact from before it, at the same time."""

import threading
import time

import pytest
from floor import JANE
from other_writers import called
from sqlalchemy import Engine, text
from world import World

from ledger.dirty import mark_dirty
from ledger.engine import rolled_back, transaction
from ledger.reps import load_reps, lock_reps
from programs.progression import checkpoints
from worker.outlook import beside_known_row
from worker.standing_reading import read_standing, standing_from_checkpoint

EARLIER = (
    "INSERT INTO facts (key, kind, rep, rep_by, occurred_at, live, form, disposition, duration_s, noticed_at)"
    " SELECT 'note:earlier', 'call', rep, 'record', occurred_at - interval '1 hour', true, 'V1', 'CONTACT', 99, now()"
    " FROM facts WHERE rep = :rep ORDER BY occurred_at LIMIT 1"
)
WAITING = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')"


def _wait_until_somebody_waits(engine: Engine, publisher: threading.Thread) -> None:
    waits = False
    while publisher.is_alive() and not waits:
        with transaction(engine) as connection:
            waits = bool(connection.execute(text(WAITING)).scalar())
        time.sleep(0.01)
    assert waits


@pytest.mark.parametrize("kept_before", [False, True])
def test_no_checkpoint_lacks_a_fact_of_a_digest_beside(
    world: World, monkeypatch: pytest.MonkeyPatch, kept_before: bool
) -> None:
    """The publisher waits for the rep, whom the digest holds until it commits, and reads what it brought."""
    engine = world.floor.parts.engine
    monkeypatch.setattr(checkpoints, "MOMENTS_LEFT", 0)
    monkeypatch.setattr(checkpoints, "MOMENTS_PASSED", 1 if kept_before else 10_000)
    called(world)
    world.settled()
    monkeypatch.setattr(checkpoints, "MOMENTS_PASSED", 1)
    called(world)
    publisher = threading.Thread(target=world.floor.publish)
    with transaction(engine) as digest:
        lock_reps(digest, [JANE])
        digest.execute(text(EARLIER), {"rep": JANE})
        mark_dirty(digest, [JANE])
        publisher.start()
        _wait_until_somebody_waits(engine, publisher)
    publisher.join()
    with rolled_back(engine) as connection:
        of = beside_known_row(connection, load_reps(connection, [JANE])[JANE], world.floor.parts)
        going_on = standing_from_checkpoint(connection, of)
        assert going_on
        assert going_on[0] == read_standing(connection, of)
        assert going_on[0].figures.total_calls == 3
