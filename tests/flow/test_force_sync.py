"""Force sync over the API: one rep is settled and published now, or the answer says why not."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from floor import JANE, JONY, Floor
from world import World

from ledger.engine import transaction
from ledger.inbox import claim
from ledger.locks import held_alone
from twenty_client.request import batch_create
from worker import force_sync as forcing
from worker import writing
from worker.publish import PUBLISHER

SYNC = f"/api/reps/{JANE}/sync"


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sync waits 0.3 s where it would wait 5."""
    monkeypatch.setattr(forcing, "PATIENCE_S", 0.3)


def _delivered(world: World, title: str) -> None:
    """A note is in the inbox, and nobody has digested it."""
    world.call(title)
    world.collect()
    world.deliver()


def test_a_fresh_webhook_is_settled_at_once(world: World) -> None:
    """No worker runs: the sync itself digests and publishes, and answers with the standing that Twenty has."""
    world.floor.sweep()
    _delivered(world, "Call - CONTACT | 2:05 | Kim")
    answer = world.floor.ask(SYNC, "POST")
    told = answer.get_json()
    assert (answer.status_code, told["workspaceMemberId"], told["name"]) == (200, JANE, "Jane Austen")
    assert (told["standing"]["totalXp"], told["standing"]["totalCalls"]) == (20, 1)
    assert told["freshness"]["upToDate"] is True
    assert world.row()["totalXp"] == 20


def test_only_the_one_rep_is_published(world: World) -> None:
    """Another rep's note is digested along, and that rep stays for the publisher."""
    _delivered(world, "Call - CONTACT | 2:05 | Kim")
    world.call("Call - CONTACT | 2:05 | Kim", rep=JONY)
    world.collect()
    world.deliver()
    world.floor.ask(SYNC, "POST")
    assert set(world.floor.rows()) == {JANE}
    world.floor.publish()
    assert set(world.floor.rows()) == {JANE, JONY}


def test_what_somebody_changed_in_the_row_is_merged_now(world: World) -> None:
    """A clean rep's row is read too: XP that somebody gave in Twenty shows in the answer."""
    world.call("Call - CONTACT | 2:05 | Kim")
    world.told()
    world.twenty.put("repProgressions", world.twenty.rows("repProgressions")[0] | {"totalXp": 60})
    assert world.floor.ask(SYNC, "POST").get_json()["standing"]["totalXp"] == 60


def test_a_busy_publisher_is_waited_for_a_while(world: World, impatient: None) -> None:
    """409 while another publisher holds the lock; the rep stays dirty, and once it is free the sync succeeds."""
    _delivered(world, "Call - CONTACT | 2:05 | Kim")
    with held_alone(world.floor.parts.engine, PUBLISHER) as held:
        assert held
        answer = world.floor.ask(SYNC, "POST")
    assert (answer.status_code, answer.get_json()["error"]) == (409, "busy")
    assert world.floor.rows() == {}
    assert world.floor.ledger("SELECT dirty > done AS dirty FROM reps WHERE id = :rep", rep=JANE) == [{"dirty": True}]
    assert world.floor.ask(SYNC, "POST").status_code == 200


def test_a_publisher_that_ends_in_time_is_no_obstacle(world: World) -> None:
    """The lock is asked for again until it is free."""
    _delivered(world, "Call - CONTACT | 2:05 | Kim")
    with _held_for(world.floor, 0.5):
        assert world.floor.ask(SYNC, "POST").status_code == 200
    assert world.row()["totalXp"] == 20


@contextmanager
def _held_for(floor: Floor, seconds: float) -> Iterator[None]:
    """The publisher's lock, held by another for some seconds."""
    taken = threading.Event()

    def hold() -> None:
        with held_alone(floor.parts.engine, PUBLISHER):
            taken.set()
            time.sleep(seconds)

    other = threading.Thread(target=hold)
    other.start()
    assert taken.wait(60)
    yield
    other.join()


def test_a_worker_that_has_the_rep_s_delivery_is_waited_for(world: World) -> None:
    """A delivery that a worker claimed just before is in the answer."""
    world.floor.sweep()
    _delivered(world, "Call - CONTACT | 2:05 | Kim")
    claimed = threading.Event()

    def work() -> None:
        with transaction(world.floor.parts.engine) as connection:
            claim(connection, 10)
            claimed.set()
            time.sleep(0.5)

    worker = threading.Thread(target=work)
    worker.start()
    assert claimed.wait(60)
    answer = world.floor.ask(SYNC, "POST")
    worker.join()
    assert answer.get_json()["standing"]["totalCalls"] == 1


def test_twenty_being_away(world: World) -> None:
    """503 with Retry-After, a reason without data; the work is done in the ledger and waits for the clock."""
    world.floor.sweep()
    _delivered(world, "Call - CONTACT | 2:05 | Kim")
    world.twenty.stop()
    answer = world.floor.ask(SYNC, "POST")
    assert (answer.status_code, answer.get_json()["error"]) == (503, "twenty_unavailable")
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.get_json()["detail"] == "Twenty can't be called now: Unreachable"
    assert world.floor.ask(f"/api/reps/{JANE}").get_json()["freshness"]["dirtySince"] is not None


def test_a_row_that_twenty_refuses(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """502 with the reason, without the row's values; once that is mended the same sync succeeds."""
    _delivered(world, "Call - CONTACT | 2:05 | Kim")
    with monkeypatch.context() as broken:
        broken.setattr(writing, "batch_create", lambda plural, rows: batch_create(plural, [{**rows[0], "no": 1}]))
        answer = world.floor.ask(SYNC, "POST")
    assert (answer.status_code, answer.get_json()["error"]) == (502, "refused_by_twenty")
    assert "400" in answer.get_json()["detail"]
    assert "Jane" not in answer.get_json()["detail"]
    assert world.floor.ask(SYNC, "POST").get_json()["freshness"]["refused"] is None


def test_who_never_worked_and_who_is_not_there(world: World) -> None:
    """A member without work has no standing and gets no row in Twenty; an unknown id is 404."""
    world.floor.sweep()
    answer = world.floor.ask(SYNC, "POST")
    assert (answer.status_code, answer.get_json()["standing"]) == (200, None)
    assert world.floor.rows() == {}
    assert world.floor.ask("/api/reps/nobody/sync", "POST").status_code == 404


def test_a_full_inbox_is_not_emptied_by_a_sync(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sync digests a bounded number of deliveries and leaves the rest to the workers."""
    monkeypatch.setattr(forcing, "MOST_DELIVERIES", 2)
    for number in range(4):
        _delivered(world, f"Call - NO_ANSWER | 0:4{number} | Kim")
    told = world.floor.ask(SYNC, "POST").get_json()
    assert (told["standing"]["totalCalls"], told["freshness"]["pendingDeliveries"]) == (2, 2)
    assert told["freshness"]["upToDate"] is False
