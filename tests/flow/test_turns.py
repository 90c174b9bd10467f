"""Work that does not end lets go of its worker in turns, and RQ's own end of a job is nobody's fault."""

from dataclasses import replace
from typing import Any

import pytest
from floor import JANE, JONY
from other_writers import called
from rq.timeouts import JobTimeoutException
from waking import Asleep
from world import World

from worker import digest, publish, recording, turns
from worker.failures import JobFailed
from worker.parts import Parts, install
from worker.wake import DIGEST, PUBLISH

FIRST = "Call - CONTACT | 2:05 | Kim"


def _installed(world: World) -> list[str]:
    """Which jobs are woken from now on."""
    wake = Asleep()
    install(replace(world.floor.parts, wake=wake))
    return wake.woken


def _receive_calls(world: World, number: int) -> None:
    for _ in range(number):
        world.call(FIRST)
    world.collect()
    world.floor.receive(world.mail)
    world.mail.clear()


def test_under_a_backlog_a_digest_lets_others_have_the_worker(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """It leaves when its turn is over, and wakes the publisher, for whom it may have the only worker, and itself."""
    woken, digest_batch = _installed(world), digest.digest_batch

    def one(parts: Parts) -> int:
        return digest_batch(parts, 1)

    monkeypatch.setattr(digest, "BATCH", 1)
    monkeypatch.setattr(turns, "TURN_S", 0.0)
    monkeypatch.setattr(digest, "digest_batch", one)
    _receive_calls(world, 3)
    waiting = world.floor.deliveries()["pending"]
    digest.digest_job()
    assert world.floor.deliveries()["pending"] == waiting - 1
    assert woken == [DIGEST, PUBLISH]


def test_while_reps_wait_a_publisher_lets_others_have_the_worker(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """It leaves when its turn is over, with the lock let go, and wakes the next, who writes the other rep."""
    for rep in (JANE, JONY):
        called(world, rep)
    woken = _installed(world)
    monkeypatch.setattr(publish, "MOST_REPS", 1)
    monkeypatch.setattr(turns, "TURN_S", 0.0)
    publish.publish_job()
    assert (set(world.floor.rows()), woken) == ({JANE}, [PUBLISH])
    publish.publish_job()
    assert (set(world.floor.rows()), woken) == ({JANE, JONY}, [PUBLISH])


def test_a_job_whose_time_is_over_parks_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """RQ's alarm goes off wherever the job is: the delivery at hand is not to blame, and is digested again."""
    _installed(world)
    add_versions = recording.add_versions

    def alarmed(connection: Any, seen: Any) -> None:
        add_versions(connection, seen)
        raise JobTimeoutException

    _receive_calls(world, 1)
    waiting = world.floor.deliveries()
    monkeypatch.setattr(recording, "add_versions", alarmed)
    with pytest.raises(JobFailed, match="JobTimeoutException"):
        digest.digest_job()
    assert world.floor.deliveries() == waiting
