"""A worker's job stays for what comes next, as one that has to begin costs far more than a few notes do."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from types import SimpleNamespace

import pytest
from floor import JANE, JONY
from other_writers import called
from waking import Asleep
from world import World

from ledger.locks import held_alone
from worker import force_sync, linger, publish, turns
from worker.digest import digest_job
from worker.parts import Parts, install
from worker.publish import PUBLISHER, publish_job
from worker.wake import DIGEST, PUBLISH


@pytest.fixture
def wake(monkeypatch: pytest.MonkeyPatch) -> Iterator[Asleep]:
    """Of this process, which stays as a worker's job does."""
    monkeypatch.setattr(turns.STAY, "allowed", True)
    return Asleep()


def _meanwhile(monkeypatch: pytest.MonkeyPatch, *happens: Callable[[], object]) -> None:
    """One thing happens between a look and the next; then the worker is told to end."""
    coming = iter([*happens, turns.STAY.end])
    monkeypatch.setattr(turns, "sleep", lambda _: next(coming)())


def _receive_call(world: World) -> None:
    world.call("Call - CONTACT | 2:05 | Kim")
    world.collect()
    world.floor.receive(world.mail)
    world.mail.clear()


def test_what_comes_later_is_digested_by_the_same_job(
    world: World, wake: Asleep, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the publisher is woken for each, not at the end alone."""
    install(replace(world.floor.parts, wake=wake))
    _receive_call(world)
    _meanwhile(monkeypatch, wake.woken.clear, lambda: _receive_call(world))
    digest_job()
    assert "pending" not in world.floor.deliveries()
    assert wake.woken == [PUBLISH, PUBLISH]  # for the second call, and when it leaves


def test_who_gets_dirty_later_is_published_by_the_same_job(
    world: World, wake: Asleep, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A round each: the second rep had no work when the first was written."""
    install(replace(world.floor.parts, wake=wake))
    called(world, JANE)
    _meanwhile(monkeypatch, lambda: called(world, JONY))
    publish_job()
    assert set(world.floor.rows()) == {JANE, JONY}


def test_a_sync_is_served_beside_a_publisher_that_stays(
    world: World, wake: Asleep, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has the lock while it publishes, not while it looks for more: under steady traffic that is all of its turn."""
    install(replace(world.floor.parts, wake=wake))
    called(world, JANE)
    monkeypatch.setattr(force_sync, "PATIENCE_S", 0.0)
    synced: list[force_sync.ForcedSync] = []
    _meanwhile(monkeypatch, lambda: synced.append(force_sync.force_sync(world.floor.parts, JANE)))
    publish_job()
    assert synced == [force_sync.ForcedSync("synced")]


def test_a_publisher_that_stays_writes_nothing_beside_who_has_the_lock_by_then(
    world: World, wake: Asleep, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It leaves; who gets dirty meanwhile is for the other one, or for the clock."""
    install(replace(world.floor.parts, wake=wake))
    called(world, JANE)
    with ExitStack() as others:
        _meanwhile(
            monkeypatch,
            lambda: (others.enter_context(held_alone(world.floor.parts.engine, PUBLISHER)), called(world, JONY)),
        )
        publish_job()
    assert set(world.floor.rows()) == {JANE}
    publish_job()
    assert set(world.floor.rows()) == {JANE, JONY}


def test_it_leaves_when_somebody_waits_for_a_worker(
    world: World, wake: Asleep, monkeypatch: pytest.MonkeyPatch
) -> None:
    """This worker may be the only one: what comes then is for the next job, which is woken."""
    install(replace(world.floor.parts, wake=wake))
    _meanwhile(monkeypatch, lambda: _receive_call(world))
    monkeypatch.setattr(wake, "somebody_waits", lambda: True)
    monkeypatch.setattr(turns, "GIVES_WAY_S", 0.0)
    digest_job()
    assert world.floor.deliveries()["pending"] == 1
    assert DIGEST in wake.woken


@pytest.fixture
def slept_s(world: World, wake: Asleep, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Jane is dirty, and no call is free; how long the publisher slept, which takes no time."""
    install(replace(world.floor.parts, wake=wake))
    called(world, JANE)
    monkeypatch.setattr(type(world.floor.parts.twenty), "budget_left", lambda _: 0.0)
    slept: list[float] = []
    clock = SimpleNamespace(sleep=slept.append, monotonic=lambda: sum(slept), perf_counter=lambda: 0.0)
    for module in (publish, linger):
        monkeypatch.setattr(module, "time", clock)
    return slept


@pytest.fixture
def wanted(wake: Asleep, slept_s: list[float], monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """And somebody waits for the worker."""
    monkeypatch.setattr(wake, "somebody_waits", lambda: True)
    monkeypatch.setattr(turns, "GIVES_WAY_S", 0.0)
    monkeypatch.setattr(turns, "LOOK_S", 0.0)
    return slept_s


def test_a_publisher_beside_a_backfill_leaves_a_worker_that_is_wanted(
    world: World, wake: Asleep, wanted: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would only wait there, for up to 20 s; the next publisher is woken."""
    monkeypatch.setattr(linger, "backfill_runs", lambda _: True)
    monkeypatch.setattr(linger, "since_published_s", lambda _: 0.0)
    publish_job()
    assert (world.floor.rows(), wake.woken, wanted) == ({}, [PUBLISH], [])


def test_a_round_whose_calls_are_announced_is_not_given_up(world: World, wake: Asleep, wanted: list[float]) -> None:
    """However many want the worker: with each publisher's wait begun anew, sweeps would have all the calls."""
    publish_job()
    assert set(world.floor.rows()) == {JANE}
    assert sum(wanted) > 0


def test_rounds_follow_each_other_as_calls_come_free_however_long_they_take(
    world: World, slept_s: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next one is waited for from when the last began: its calls came free meanwhile."""
    waits_s, publish_batch = 2 * 60 / world.floor.parts.twenty.calls_a_minute(), publish.publish_batch
    coming, began_s = iter([JONY]), []

    def slow(parts: Parts) -> int:
        began_s.append(sum(slept_s))
        done = publish_batch(parts)
        for rep in coming:
            called(world, rep)
        slept_s.append(waits_s / 3)
        return done

    monkeypatch.setattr(publish, "publish_batch", slow)
    _meanwhile(monkeypatch)
    publish_job()
    assert set(world.floor.rows()) == {JANE, JONY}
    assert began_s == pytest.approx([waits_s, 2 * waits_s])


def test_a_job_outside_a_worker_does_not_stay(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that digests goes on with what it is there for."""
    install(replace(world.floor.parts, wake=Asleep()))
    monkeypatch.setattr(turns, "sleep", lambda _: pytest.fail("it stayed"))
    digest_job()
