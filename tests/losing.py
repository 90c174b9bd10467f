"""Webhooks that get lost in a world, records that were always there, and the job that finds what is missing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from floor import JANE
from world import MONDAY, World

from twenty_client.reply import Reply
from twenty_client.request import Request
from worker.missing import look_for_missing

MISSING = "SELECT record_id, missing_at IS NOT NULL AS believed, confirmed_at IS NOT NULL AS confirmed"
AUTHOR = {"source": "MANUAL", "workspaceMemberId": JANE, "name": "Jane Austen", "context": {}}


def destroy_unheard(world: World, plural: str, record: str) -> None:
    """Destroyed; the webhook gets lost."""
    world.destroy(plural, record)
    lose(world)


def lose(world: World) -> None:
    """Whatever Twenty has posted meanwhile gets lost."""
    world.collect()
    world.mail.clear()


def put_notes(world: World, count: int, **fields: Any) -> list[str]:
    """So many calls of Jane's, a minute apart and the last before Monday, of which no webhook ever told; their ids."""
    before = {row["id"] for row in world.twenty.rows("notes")}
    for number in range(count):
        at = stamp(MONDAY - timedelta(minutes=count - number))
        world.twenty.put(
            "notes", {"title": "Call - CONTACT", "createdBy": AUTHOR, "createdAt": at, "updatedAt": at, **fields}
        )
    notes = sorted(world.twenty.rows("notes"), key=lambda row: str(row["createdAt"]))
    return [row["id"] for row in notes if row["id"] not in before]


def stamp(at: datetime) -> str:
    """As Twenty writes times."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def swept_later(world: World, **span: float) -> None:
    """A sweep, a while later (a minute)."""
    world.passes(**(span or {"minutes": 1}))
    world.floor.sweep()


def look(world: World) -> int:
    """Looks for missing records and digests what comes of it; returns the number of calls."""
    before = world.twenty.calls
    look_for_missing(world.floor.parts)
    made = world.twenty.calls - before
    world.floor.digest()
    world.floor.publish()
    return made


def missing(world: World) -> dict[str, str]:
    """What the ledger knows to be missing, by id: noted, believed or confirmed."""
    rows = world.floor.ledger(f"{MISSING} FROM missing_records")
    words = {(False, False): "noted", (True, False): "believed", (True, True): "confirmed"}
    return {row["record_id"]: words[row["believed"], row["confirmed"]] for row in rows}


def comparison(world: World, object_name: str = "note") -> dict[str, Any]:
    """How the object's passes stand."""
    return world.floor.ledger("SELECT * FROM comparisons WHERE object = :object", object=object_name)[0]


def calls_of(world: World) -> int:
    """Jane's calls by her standing."""
    return int(world.standing()["totalCalls"])


class Between:
    """A client that does something before certain requests: fails, or changes Twenty."""

    def __init__(self, world: World, act: Callable[[int, Request], None]) -> None:
        self._send = world.floor.parts.twenty.send
        self._act = act
        self._number = 0
        world.floor.parts = replace(world.floor.parts, twenty=self)  # type: ignore[arg-type]

    def send(self, request: Request) -> Reply:
        self._number += 1
        self._act(self._number, request)
        return self._send(request)
