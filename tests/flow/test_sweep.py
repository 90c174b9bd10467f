"""The sweep completes the picture, and the watermark follows only what was seen and read."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from floor import JANE, Floor
from redis import Redis
from world import World

from sandbox.twenty.faults import ApiFault, Faults
from twenty_client.errors import RateLimited, ServerFault, TransientError, Unreachable
from twenty_client.request import Request
from worker.sweep import sweep
from worker.watermark import move_watermark


def _watermark(floor: Floor) -> Any:
    return floor.ledger("SELECT watermark_at, cursor_at FROM sweep_state")[0]


def test_the_watermark_waits_until_what_was_swept_is_read(floor: Floor) -> None:
    """Stored is not seen: only when the sweep's rows are digested does the watermark move, to 10 s before its start."""
    sweep(floor.parts)
    assert not move_watermark(floor.parts)
    assert _watermark(floor)["watermark_at"] is None
    floor.digest()
    state = _watermark(floor)
    assert state["watermark_at"] - state["cursor_at"] == timedelta(seconds=110)
    assert state["watermark_at"] > floor.day.as_of


def test_a_sweep_that_fails_half_way_moves_nothing(floor: Floor) -> None:
    """A page that can't be read leaves cursor and watermark where they were; the next sweep is whole."""

    class FailsAtTargets:
        def send(self, request: Request) -> Any:
            if request.path.endswith("noteTargets"):
                raise ServerFault("down", status=502, request_line=request.line)
            return send(request)

    send, whole = floor.parts.twenty.send, floor.parts
    floor.parts = replace(whole, twenty=FailsAtTargets())  # type: ignore[arg-type]
    with pytest.raises(ServerFault):
        sweep(floor.parts)
    floor.digest()
    assert _watermark(floor) == {"watermark_at": None, "cursor_at": None}
    floor.parts = whole
    floor.sweep()
    assert floor.standings()[JANE]["totalCalls"] == 26


def test_sweeping_again_stores_nothing_new(floor: Floor) -> None:
    """The overlap's rows are known by their version key."""
    floor.sweep()
    before = floor.ledger("SELECT count(*) FROM deliveries")
    floor.sweep()
    assert floor.ledger("SELECT count(*) FROM deliveries") == before


def test_a_parked_delivery_holds_no_watermark_up(floor: Floor) -> None:
    """The day has records that nobody owns: parked, and the watermark moves."""
    floor.play()
    floor.sweep()
    assert floor.deliveries()["parked"] == 2
    assert _watermark(floor)["watermark_at"] is not None


def test_deleted_notes_are_swept_as_deleted(floor: Floor) -> None:
    """Soft-deleted rows come with the sweep and count in no metric."""
    floor.sweep()
    deleted = floor.ledger("SELECT count(*) FROM facts WHERE kind = 'call' AND NOT live")
    assert deleted == [{"count": 2}]


class _AtThirdPage:
    """Twenty as the sweep calls it; something happens before the third page of notes is asked for."""

    def __init__(self, send: Callable[[Request], Any], strike: Callable[[], None]) -> None:
        self._send, self._strike = send, strike
        self.pages = 0

    def send(self, request: Request) -> Any:
        if request.path.endswith("/notes"):
            self.pages += 1
            if self.pages == 3:
                self._strike()
        return self._send(request)


def _cut() -> None:
    raise Unreachable("ConnectionError")


@pytest.mark.parametrize(("kind", "error"), [("500", ServerFault), ("429", RateLimited), ("cut", Unreachable)])
def test_a_page_that_fails_is_retried_from_where_it_was(
    world: World, redis_url: str, kind: Any, error: type[TransientError]
) -> None:
    """Two pages of five are stored: the next sweep asks for the third, and the cursor moves only when all are there."""
    for number in range(900):
        world.twenty.put("notes", {"title": f"Call - NO_ANSWER | 0:40 | Kim {number}"})
    whole = world.floor.parts
    faulty = Faults(api=(ApiFault(kind=kind, share=1, plural="notes"),))
    strike = _cut if kind == "cut" else lambda: world.twenty.faults.set(faulty)
    struck = _AtThirdPage(whole.twenty.send, strike)
    with pytest.raises(error):
        sweep(replace(whole, twenty=struck))  # type: ignore[arg-type]
    assert (_stored(world.floor), _watermark(world.floor)["cursor_at"]) == ((400, 0), None)
    world.twenty.faults.set(Faults())
    Redis.from_url(redis_url).flushall()
    rest = _AtThirdPage(whole.twenty.send, lambda: None)
    assert sweep(replace(whole, twenty=rest))["notes"] == 500  # type: ignore[arg-type]
    assert (_stored(world.floor), rest.pages) == ((900, 0), 3)
    assert _watermark(world.floor)["cursor_at"] is not None


def _stored(floor: Floor) -> tuple[int, int]:
    """Notes in the inbox, and how many of them came twice."""
    (row,) = floor.ledger(
        "SELECT count(*) AS notes, coalesce(sum(duplicates), 0) AS twice FROM deliveries WHERE key LIKE 'note:%'"
    )
    return row["notes"], int(row["twice"])
