"""One log line for each piece of work; a delivery is followed from its request to the write that carried it."""

from typing import Any

from floor import JANE, JONY
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs
from world import World

from twenty_client.errors import ValidationFailed

CALL = "Call - CONTACT | 3:00 | Kim Secret"


def _lines(logs: list[Any], event: str) -> list[dict[str, Any]]:
    return [dict(line) for line in logs if line["event"] == event]


def test_a_delivery_is_followed_to_the_write_that_carried_it(world: World) -> None:
    """The id in the request's line is in the digest's range, in the rep's range of the publish line, and in writes."""
    world.settled()
    with capture_logs([merge_contextvars]) as logs:
        world.call(CALL)
        world.told()
    (request,) = [line for line in _lines(logs, "request") if line["object"] == "note"]
    assert (request["source"], request["action"], request["outcome"]) == ("twenty", "created", "accepted")
    assert request["bytes"] > 0
    assert request["ms"] > 0
    (digested,) = _lines(logs, "digested")
    first, last = digested["deliveries"]
    assert first <= request["delivery"] <= last
    assert digested["processed"] == last - first + 1
    assert digested["oldest_age_s"] >= 0
    (published,) = _lines(logs, "published")
    counts = {name: published[name] for name in ("reps", "written", "skipped", "lost", "refused", "calls")}
    assert counts == {"reps": 1, "written": 1, "skipped": 0, "lost": 0, "refused": 0, "calls": 2}
    assert list(published["deliveries"]) == [JANE]
    kept = world.floor.ledger("SELECT rep, first_delivery_id, last_delivery_id FROM writes ORDER BY id DESC LIMIT 1")
    assert kept == [
        {"rep": JANE, "first_delivery_id": request["delivery"], "last_delivery_id": published["deliveries"][JANE][1]}
    ]
    assert "Kim" not in str(logs)


def test_a_write_names_the_deliveries_since_the_last_one_and_time_names_none(world: World) -> None:
    """Two notes digested apart are one write's causes; what only the watermark settles is a write without any."""
    world.settled()
    world.call(CALL)
    world.deliver_all()
    world.call("Call - NO_ANSWER", JANE)
    world.call(CALL, JONY)
    world.told()
    ranges = world.floor.ledger(
        "SELECT w.rep, count(d.id) AS notes FROM writes w JOIN deliveries d"
        " ON d.id BETWEEN w.first_delivery_id AND w.last_delivery_id"
        " JOIN facts f ON f.key = d.record_key AND f.rep = w.rep GROUP BY w.id, w.rep ORDER BY w.rep"
    )
    assert [(row["rep"], row["notes"]) for row in ranges] == [(JANE, 2), (JONY, 1)]
    world.settled()
    late = world.floor.ledger("SELECT first_delivery_id FROM writes WHERE rep = :rep ORDER BY id DESC", rep=JANE)
    assert late[0]["first_delivery_id"] is None
    causes = world.floor.ledger("SELECT first_delivery_id, last_delivery_id FROM reps")
    assert all(row == {"first_delivery_id": None, "last_delivery_id": None} for row in causes)


def test_a_sweep_tells_what_it_read_and_what_of_it_was_new(world: World) -> None:
    """Rows by object, those that nothing had told, its calls, and where the watermark stands and will stand."""
    world.call(CALL)
    world.passes(minutes=1)
    with capture_logs() as logs:
        world.floor.sweep()
        world.passes(seconds=10)
        world.floor.sweep()
    first, second = _lines(logs, "swept")
    assert first["rows"]["notes"] == first["new"]["note"] == 1
    assert first["calls"] >= 5
    assert first["watermark_at"] is None
    assert second["rows"]["notes"] == 1
    assert second["new"] == {}
    assert second["watermark_at"] == first["next_watermark_at"] < second["next_watermark_at"]
    assert min(first["ms"], second["ms"]) > 0


def test_a_refused_row_is_not_told_as_written(world: World) -> None:
    """The publish line counts a rep whose row Twenty refuses apart from those written."""
    world.settled()
    world.call(CALL)
    world.deliver_all()
    refused = world.floor.parts.twenty.send

    def refuse_writes(request: Any) -> Any:
        if request.method in ("POST", "PATCH"):
            raise ValidationFailed("totalXp: not a number", messages=())
        return refused(request)

    world.floor.parts.twenty.send = refuse_writes  # type: ignore[method-assign]
    with capture_logs() as logs:
        world.floor.publish()
    (published,) = _lines(logs, "published")
    assert (published["reps"], published["written"], published["refused"]) == (1, 0, 1)
    assert published["deliveries"] == {}
