"""Deliveries that are parked, as an upgrade would find them: a fault of ours that is mended later."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from world import World

from ledger.engine import snapshot
from worker import recording

Wrong = Callable[[Any], bool]


@contextmanager
def failing(monkeypatch: pytest.MonkeyPatch, wrong: Wrong, fault: Exception) -> Iterator[None]:
    """Versions for which `wrong` is true can't be kept."""
    add_versions = recording.add_versions

    def refusing(connection: Any, seen: Any) -> None:
        if any(wrong(version) for version in seen):
            raise fault
        add_versions(connection, seen)

    with monkeypatch.context() as patched:
        patched.setattr(recording, "add_versions", refusing)
        yield


def park_notes(world: World, monkeypatch: pytest.MonkeyPatch, fault: Exception | None = None) -> list[int]:
    """All that is told now of notes is parked; returns the deliveries' ids, oldest first."""
    with failing(monkeypatch, lambda version: version.object == "note", fault or KeyError("Call - Kim Secret")):
        world.deliver_all()
    return parked_ids(world)


def parked_ids(world: World) -> list[int]:
    return [row["id"] for row in world.floor.ledger("SELECT id FROM deliveries WHERE state = 'parked' ORDER BY id")]


def states(world: World, ids: list[int]) -> list[str]:
    """What became of these."""
    found = world.floor.ledger("SELECT state FROM deliveries WHERE id = ANY(:ids) ORDER BY id", ids=ids)
    return [row["state"] for row in found]


def reading(world: World) -> Any:
    """A read-only look at the ledger."""
    return snapshot(world.floor.parts.engine)
