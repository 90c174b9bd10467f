"""Who is published first when more reps are dirty than one batch takes, and when the publisher waits for company."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
from floor import JANE, JONY
from other_writers import Between, called
from sqlalchemy import Engine, update
from world import World

from ledger.backfill_state import BACKFILL
from ledger.dirty import dirty_reps
from ledger.engine import transaction
from ledger.locks import Hold, held_alone
from ledger.tables import reps
from twenty_client.request import Request
from worker import linger
from worker import publish as publishing
from worker.linger import BESIDE_BACKFILL_S, LOOK_S
from worker.parts import Parts, install
from worker.publish import publish_job, publish_reps


def _order(world: World) -> list[str]:
    with transaction(world.floor.parts.engine) as connection:
        return list(dirty_reps(connection, 60))


def test_a_rep_that_gets_dirty_again_keeps_its_turn(world: World) -> None:
    """Jane waits longer than Jony; her next call does not send her to the end."""
    for rep in (JANE, JONY, JANE):
        called(world, rep)
    assert _order(world) == [JANE, JONY]


def test_a_rep_just_written_waits_behind_those_that_wait(world: World) -> None:
    """Jane gets dirty while she is written: Jony, dirty since before that, goes first."""

    def meanwhile(_: Request) -> None:
        called(world, JONY)
        called(world, JANE)

    called(world)
    with transaction(world.floor.parts.engine) as connection:
        jane = dirty_reps(connection, 60)
    meddling = Between(world.floor.parts.twenty.send, meanwhile)
    publish_reps(replace(world.floor.parts, twenty=meddling), jane)  # type: ignore[arg-type]
    assert _order(world) == [JONY, JANE]


def _lingers(monkeypatch: pytest.MonkeyPatch, sleep: Callable[[float], None], monotonic: Callable[[], float]) -> None:
    for module in (publishing, linger):
        monkeypatch.setattr(module, "time", SimpleNamespace(sleep=sleep, monotonic=monotonic))


def test_short_of_calls_the_publisher_waits_for_company(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """With nothing left of the burst it waits, and who gets dirty meanwhile goes in the same batch."""
    left = iter([0.0, 0.0])

    def meanwhile(_: float) -> None:
        called(world, JONY)

    called(world)
    monkeypatch.setattr(type(world.floor.parts.twenty), "budget_left", lambda _: next(left, 1.0))
    _lingers(monkeypatch, meanwhile, lambda: 0.0)
    install(world.floor.parts)
    before = world.twenty.calls
    publish_job()
    assert world.twenty.calls == before + 2
    assert set(world.floor.rows()) == {JANE, JONY}


def test_who_got_dirty_while_the_lock_was_let_go_is_published_too(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The publisher that was woken for Jony found the lock taken, and nobody wakes another."""

    @contextmanager
    def let_go(engine: Engine, name: str) -> Iterator[Hold | None]:
        with held_alone(engine, name) as held:
            yield held
            if JONY not in world.floor.rows():
                called(world, JONY)

    called(world)
    monkeypatch.setattr(publishing, "held_alone", let_go)
    install(world.floor.parts)
    publish_job()
    assert set(world.floor.rows()) == {JANE, JONY}


def test_a_race_that_is_always_lost_ends_the_job(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rep stays dirty for the clock, and no worker goes round in circles."""
    rounds: list[Parts] = []

    def lost(parts: Parts) -> int:
        rounds.append(parts)
        return 0

    called(world)
    monkeypatch.setattr(publishing, "publish_batch", lost)
    install(world.floor.parts)
    publish_job()
    assert len(rounds) == 1


def test_beside_a_backfill_rounds_are_apart(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The backfill needs the calls, and the reps. The first goes at once, whichever process made the last one."""
    slept_s: list[float] = []

    def meanwhile(seconds: float) -> None:
        slept_s.append(seconds)
        with transaction(world.floor.parts.engine) as connection:
            connection.execute(update(reps).values(published_at=reps.c.published_at - timedelta(seconds=seconds)))

    _lingers(monkeypatch, meanwhile, lambda: sum(slept_s))
    install(world.floor.parts)
    with held_alone(world.floor.parts.engine, BACKFILL):
        called(world)
        publish_job()
        assert slept_s == []
        called(world)
        publish_job()
    assert BESIDE_BACKFILL_S / 2 < sum(slept_s) <= BESIDE_BACKFILL_S + LOOK_S


def test_beside_a_backfill_nobody_waits_for_ever(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Though others, as forced syncs, keep publishing, or the ledger's clock was set back an hour."""
    slept_s: list[float] = []
    _lingers(monkeypatch, slept_s.append, lambda: sum(slept_s))
    install(world.floor.parts)
    called(world)
    publish_job()
    called(world)
    with transaction(world.floor.parts.engine) as connection:
        connection.execute(update(reps).values(published_at=reps.c.published_at + timedelta(hours=1)))
    with held_alone(world.floor.parts.engine, BACKFILL):
        publish_job()
    assert BESIDE_BACKFILL_S / 2 < sum(slept_s) <= BESIDE_BACKFILL_S + LOOK_S


def test_a_publisher_that_lost_its_lock_while_it_waited_writes_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process may have the lock by now, however long the wait for company was."""
    slept_s: list[float] = []

    @contextmanager
    def lost_meanwhile(engine: Engine, name: str) -> Iterator[Hold | None]:
        with held_alone(engine, name) as held:
            assert held
            monkeypatch.setattr(held, "lasts", lambda: not slept_s)
            yield held

    called(world)
    monkeypatch.setattr(type(world.floor.parts.twenty), "budget_left", lambda _: 0.0)
    _lingers(monkeypatch, slept_s.append, lambda: sum(slept_s))
    monkeypatch.setattr(publishing, "held_alone", lost_meanwhile)
    install(world.floor.parts)
    publish_job()
    assert slept_s
    assert world.floor.rows() == {}
