"""Who is published first when more reps are dirty than one batch takes, and when the publisher waits for company."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from floor import JANE, JONY
from other_writers import Between, called
from world import World

from ledger.engine import transaction
from ledger.reps import dirty_reps
from twenty_client.request import Request
from worker import publish as publishing
from worker.parts import install
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


def test_short_of_calls_the_publisher_waits_for_company(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """With nothing left of the burst it sleeps 3 s first, and who gets dirty meanwhile goes in the same batch."""
    slept: list[float] = []

    def meanwhile(seconds: float) -> None:
        slept.append(seconds)
        if seconds:
            called(world, JONY)

    called(world)
    monkeypatch.setattr(type(world.floor.parts.twenty), "budget_left", lambda _: 0.0)
    monkeypatch.setattr(publishing, "time", SimpleNamespace(sleep=meanwhile))
    install(world.floor.parts)
    before = world.twenty.calls
    publish_job()
    assert slept == [3.0, 0.0]
    assert world.twenty.calls == before + 2
    assert set(world.floor.rows()) == {JANE, JONY}
