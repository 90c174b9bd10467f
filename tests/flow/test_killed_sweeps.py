"""A sweep that was killed goes on at once; one that Twenty put off waits its time."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from dying import die_at
from redis import Redis
from sqlalchemy import update
from world import World

from ledger.engine import transaction
from ledger.locks import held_alone
from ledger.sweep_state import SweepState
from ledger.tables import sweep_state
from sandbox.twenty.faults import ApiFault, Faults
from worker import parts as parts_module
from worker.clock import died, tick
from worker.digest import digest_batch
from worker.sweep import SWEEPER, sweep, sweep_job
from worker.wake import SWEEP, Wake

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
FIVE_MINUTES = timedelta(minutes=5)


@pytest.fixture
def is_woken(world: World, redis_url: str) -> Callable[[], bool]:
    """Whether the clock wakes a sweep three seconds later."""
    parts = replace(world.floor.parts, wake=Wake(Redis.from_url(redis_url)))

    def look() -> bool:
        with transaction(parts.engine) as connection:
            c = sweep_state.c
            earlier = {at.name: at - timedelta(seconds=3) for at in (c.started_at, c.finished_at, c.put_off_at)}
            connection.execute(update(sweep_state).values(earlier))
        return SWEEP in tick(parts, FIVE_MINUTES)

    return look


def test_a_killed_sweep_is_woken_again(
    world: World, is_woken: Callable[[], bool], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After its first page it is killed: the next tick wakes another, unless somebody is at it; once it is finished,
    none."""
    world.settled()
    assert not is_woken()
    world.call("Call - CONTACT | 2:05 | Kim")
    die_at(monkeypatch, tmp_path, "sweep.page_stored", lambda: sweep(world.floor.parts))
    with held_alone(world.floor.parts.engine, SWEEPER):
        assert not is_woken()
    assert is_woken()
    world.floor.sweep()
    assert not is_woken()


def test_a_sweep_that_twenty_put_off_is_not_hurried(
    world: World, is_woken: Callable[[], bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twenty answers 500: nobody was killed, and the next try is left to the interval."""
    world.settled()
    monkeypatch.setattr(parts_module, "_installed", [world.floor.parts])
    world.twenty.faults.set(Faults(api=(ApiFault(kind="400", share=1.0),)))
    sweep_job()
    assert world.floor.ledger("SELECT put_off_at > started_at AS put_off FROM sweep_state") == [{"put_off": True}]
    assert not is_woken()


def test_a_deal_asks_for_its_sweep_though_its_worker_dies(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed as soon as the deal is digested, the worker has asked already: nobody digests the deal again."""
    world.settled()
    world.deal("CUSTOMER")
    world.collect()
    world.floor.receive(world.mail)
    die_at(monkeypatch, tmp_path, "digest.committed", lambda: digest_batch(world.floor.parts))
    assert world.floor.digest() == 0
    assert world.floor.ledger("SELECT count(*) AS requests FROM sweep_requests") == [{"requests": 1}]


@pytest.mark.parametrize(
    ("started_s_ago", "finished_s_ago", "put_off_s_ago", "is_dead"),
    [
        (None, None, None, False),
        (2, None, None, True),
        (1, None, None, False),
        (9, 20, None, True),
        (9, 8, None, False),
        (9, 20, 8, False),
        (9, 20, 10, True),
    ],
)
def test_which_sweep_died(
    started_s_ago: int | None, finished_s_ago: int | None, put_off_s_ago: int | None, is_dead: bool
) -> None:
    """One that began two seconds ago at least and since then was neither finished nor put off."""

    def ago(seconds: int | None) -> datetime | None:
        return None if seconds is None else NOW - timedelta(seconds=seconds)

    began, ended, put_off = ago(started_s_ago), ago(finished_s_ago), ago(put_off_s_ago)
    state = SweepState(None, began, ended, None, None, put_off_at=put_off)
    assert died(state, NOW) is is_dead
