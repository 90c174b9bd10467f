"""Deliveries are digested together, by one worker at a time, and come to what each comes to by itself."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from floor import JANE, JONY
from redis import Redis
from waking import Asleep
from world import World

from ledger.locks import held_alone
from worker import digest, recording
from worker.parts import Parts, install
from worker.wake import DIGEST, PUBLISH, Wake

FIRST, SECOND = "Call - CONTACT | 2:05 | Kim", "Call - contact"
TABLES = (
    "SELECT rep, calls, activities FROM day_totals ORDER BY rep",
    "SELECT rep, reason, amount, waited FROM awards ORDER BY rep, reason",
    "SELECT rep, kind, disposition, unpaid, call_key IS NULL AS unsettled FROM facts ORDER BY 1, 2, 3, 4",
)


def _told(world: World, batch: int) -> list[list[dict[str, Any]]]:
    """Two reps, who had a call each before, are told of in turn: a call, an appointment, twins, a deal."""
    for rep in (JANE, JONY):
        world.call(FIRST, rep=rep)
    world.settled()
    for title in (FIRST, "Call - APPOINTMENT | 3:00 | Kim", SECOND):
        for rep in (JANE, JONY):
            world.call(title, rep=rep)
    world.deal("MEETING", rep=JONY)
    world.collect()
    world.floor.receive(world.mail)
    while digest.digest_batch(world.floor.parts, batch):
        pass
    return [world.floor.ledger(query) for query in TABLES]


def test_reps_are_awarded_together_as_each_alone(open_world: Callable[[], World]) -> None:
    """What is earned at once is paid to whoever earned it; what waits for the watermark waits."""
    together, singly = _told(open_world(), 100), _told(open_world(), 1)
    assert together == singly
    dials = [row["rep"] for row in together[1] if row["reason"] == "dial"]
    assert dials == [JANE] * 3 + [JONY] * 3
    assert [row["rep"] for row in together[2] if row["unpaid"]] == [JANE] * 2 + [JONY] * 3


def test_a_poison_costs_its_batch_few_tries(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 16 that fail together halves are tried: the 15 others are kept in four pieces, and nine tries are enough."""
    poison, *_ = [world.call(FIRST) for _ in range(16)]
    tries: list[int] = []
    add_versions = recording.add_versions

    def refusing(connection: Any, seen: Any) -> None:
        tries.append(len(seen))
        if any(version.record_id == poison for version in seen):
            raise KeyError
        add_versions(connection, seen)

    monkeypatch.setattr(recording, "add_versions", refusing)
    world.deliver_all()
    assert world.floor.deliveries() == {"processed": 15, "parked": 1, "duplicates": 0}
    assert [number for number in tries if number] == [16, 8, 4, 2, 1, 1, 2, 4, 8]


def _waits(world: World) -> bool:
    return world.floor.deliveries().get("pending", 0) > 0


def _receive_call(world: World) -> None:
    world.call(FIRST)
    world.collect()
    world.floor.receive(world.mail)
    world.mail.clear()


def _installed(world: World) -> list[str]:
    """Which jobs are woken from now on."""
    wake = Asleep()
    install(replace(world.floor.parts, wake=wake))
    return wake.woken


def test_one_digest_at_a_time(world: World) -> None:
    """A second job leaves all to the first, and has its turn when that one is gone."""
    woken = _installed(world)
    _receive_call(world)
    with held_alone(world.floor.parts.engine, digest.DIGESTER):
        digest.digest_job()
    assert _waits(world)
    assert woken == []
    digest.digest_job()
    assert not _waits(world)
    assert woken == [PUBLISH]


def test_what_comes_at_the_last_moment_is_not_left(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own job found the digest at work and went: so that one looks again after having let go."""
    woken, digest_batch = _installed(world), digest.digest_batch
    _receive_call(world)

    def meanwhile(parts: Parts) -> int:
        digested = digest_batch(parts)
        _receive_call(world)
        digest.digest_job()
        return digested

    monkeypatch.setattr(digest, "digest_batch", meanwhile)
    digest.digest_job()
    assert _waits(world)
    assert woken == [DIGEST, PUBLISH]


def test_while_one_digests_no_webhook_wakes_another(
    world: World, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is attended to, so nobody is woken in vain; once it is done the next webhook wakes one."""
    wake, digest_batch = Wake(Redis.from_url(redis_url)), digest.digest_batch
    install(replace(world.floor.parts, wake=wake))
    waiting = []

    def meanwhile(parts: Parts) -> int:
        wake(DIGEST)
        waiting.append(wake.queue(DIGEST).count)
        return digest_batch(parts)

    monkeypatch.setattr(digest, "digest_batch", meanwhile)
    _receive_call(world)
    digest.digest_job()
    assert waiting == [0]
    wake(DIGEST)
    assert wake.queue(DIGEST).count == 1
