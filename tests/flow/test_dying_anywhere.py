"""Whoever dies at any named step, the next one ends the work as if nothing had happened."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import get_args

import pytest
from dying import die_at
from redis import Redis
from world import World

from ledger.fault_points import FaultPoint
from worker.clock import tick
from worker.digest import digest_batch
from worker.publish import publish_batch
from worker.sweep import sweep
from worker.wake import Wake

TITLES = ("Call - CONTACT | 2:05 | Kim", "Call - APPOINTMENT | 3:00 | Kim", "Call - NO_ANSWER | 0:10 | Kim")


def _works(world: World, redis_url: str) -> dict[str, Callable[[], object]]:
    """Who comes to the points of each name."""
    parts = world.floor.parts
    clock = replace(parts, wake=Wake(Redis.from_url(redis_url)))
    return {
        "receiver": lambda: world.floor.receive(world.mail[:1]),
        "digest": lambda: digest_batch(parts),
        "publish": lambda: publish_batch(parts),
        "sweep": lambda: sweep(parts),
        "clock": lambda: tick(clock, timedelta(minutes=5)),
    }


def _day(world: World, before_all_is_told: Callable[[FaultPoint], None]) -> str:
    """For each point a call and a deal's step: told, digested, published; in the end swept."""
    lead, deal = world.person(), world.deal("NEW")
    for number, point in enumerate(get_args(FaultPoint)):
        world.call(TITLES[number % len(TITLES)], lead=lead)
        world.move(deal, ("MEETING", "PROPOSAL", "CUSTOMER")[min(number // 4, 2)])
        world.collect()
        before_all_is_told(point)
        world.told()
    world.settled()
    world.settled()
    return world.floor.settled_to_the_byte()


def test_a_death_at_any_step_changes_nothing(
    open_world: Callable[[], World], redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Receiver, digest, publisher, sweep and clock die at each of their steps while there is work: rows, standings,
    XP, ranks, badges and day totals end as on a day without deaths, and no award is there twice."""
    busy = open_world()
    works = _works(busy, redis_url)

    def dies(point: FaultPoint) -> None:
        who = point.partition(".")[0]
        if who in ("digest", "publish"):
            busy.floor.receive(busy.mail)
        if who == "publish":
            busy.floor.digest()
        die_at(monkeypatch, tmp_path, point, works[who])

    assert _day(busy, dies) == _day(open_world(), lambda _: None)
    assert busy.floor.ledger("SELECT 1 FROM awards GROUP BY fact_key, reason HAVING count(*) > 1") == []
