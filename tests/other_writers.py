"""Other writers of repProgressions at work beside repsync, at moments that a test chooses."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from floor import JANE
from world import World

from twenty_client.filters import and_, eq
from twenty_client.reply import Reply
from twenty_client.request import Request, patch_where

ROWS = "repProgressions"
CALL = "Call - NO_ANSWER | 0:40 | Kim"  # earns 2 XP
Meddle = Callable[[Request], None]


class Between:
    """Twenty as repsync calls it; something happens before each write of a row, after it was read."""

    def __init__(self, send: Callable[[Request], Reply], meddle: Meddle) -> None:
        self._send = send
        self._meddle = meddle

    def send(self, request: Request) -> Reply:
        if request.method != "GET" and request.path.endswith(ROWS):
            self._meddle(request)
        return self._send(request)


def publish_while(world: World, meddle: Meddle) -> None:
    """Publishes; `meddle` is called between each read and each write of rows."""
    kept = world.floor.parts
    world.floor.parts = replace(kept, twenty=Between(kept.twenty.send, meddle))  # type: ignore[arg-type]
    world.floor.publish()
    world.floor.parts = kept


def once(act: Callable[[], object]) -> Meddle:
    """Acts before the first write only."""
    left = [act]
    return lambda _: left.pop()() and None if left else None


def rows_of(world: World, rep: str = JANE) -> list[dict[str, Any]]:
    """The rep's rows in Twenty, ids and times included, oldest first."""
    rows = [row for row in world.twenty.rows(ROWS) if row["workspaceMemberId"] == rep]
    return sorted(rows, key=lambda row: (row["createdAt"], row["id"]))


def change(world: World, rep: str = JANE, **fields: Any) -> None:
    """Somebody writes into the rep's row, a second later."""
    world.passes(seconds=1)
    world.twenty.as_api_key().update(ROWS, rows_of(world, rep)[0]["id"], fields)


def gives(world: World, xp: int, rep: str = JANE) -> None:
    """Another program reads the total and adds XP to it in one go."""
    change(world, rep, totalXp=(rows_of(world, rep)[0]["totalXp"] or 0) + xp)


def called(world: World, rep: str = JANE) -> None:
    """The rep makes a call, which is digested and not published."""
    world.call(CALL, rep)
    world.deliver_all()


@dataclass
class Writer:
    """A program that reads the total at one moment and writes it, with XP of its own added, at another.

    A careful one writes by compare-and-set, a blind one whatever came between.
    """

    world: World
    careful: bool
    given: int = 0
    read: int | None = None

    def look(self) -> None:
        self.read = rows_of(self.world)[0]["totalXp"]

    def give(self, xp: int) -> None:
        """Adds to what was read; a careful one that lost the race has given nothing, and must look again."""
        if self.read is None:
            return
        self.world.passes(seconds=1)
        same = [eq("totalXp", self.read)] if self.careful else []
        guard = and_(eq("id", rows_of(self.world)[0]["id"]), *same)
        reply = self.world.floor.parts.twenty.send(patch_where(ROWS, guard, {"totalXp": self.read + xp}))
        self.given += xp if reply.rows else 0
        self.read = None
