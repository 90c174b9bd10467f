"""Running a backfill over a world whose history nobody told."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from floor import JANE
from world import World

from twenty_client.request import Request
from worker.backfill import Backfilled, backfill
from worker.backfill_reading import Progress

LONG_AGO = date(2026, 1, 1)


def run_backfill(
    world: World, since_on: date | None = None, watch: Callable[[Progress], None] | None = None
) -> Backfilled:
    """A backfill, a second after what was before, as a Date header has whole seconds."""
    world.passes(seconds=1)
    return backfill(world.floor.parts, since_on, watch or (lambda progress: None))


def put_calls(world: World, number: int, rep: str = JANE, title: str = "Call - CONTACT | 2:05 | Kim") -> None:
    """Call notes that were there before repsync came: no webhook tells of them."""
    author = {"source": "MANUAL", "workspaceMemberId": rep, "name": "", "context": {}}
    for _ in range(number):
        world.twenty.put("notes", {"title": title, "createdBy": author})
    world.passes(minutes=5)


def awarded(world: World) -> list[dict[str, Any]]:
    """XP and awards by rep and basis."""
    return world.floor.ledger(
        "SELECT rep, basis, sum(amount)::int AS xp, count(*) FROM awards GROUP BY 1, 2 ORDER BY 1, 2"
    )


class Killed(BaseException):
    """The process is gone."""


@contextmanager
def killed_at_page(world: World, number: int, asked: list[str]) -> Iterator[None]:
    """Twenty's answer with this page of three rows (1: the next one) is the last thing that the process hears."""
    twenty = world.floor.parts.twenty
    send, left = type(twenty).send.__get__(twenty), number

    def heard(request: Request) -> Any:
        nonlocal left
        reply = send(request)
        if "limit=3" in request.target:
            asked.append(request.target)
            left -= 1
            if left == 0:
                raise Killed
        return reply

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(twenty, "send", heard)
        yield
