"""Performing a floor: on a sandbox Twenty, at the floor's time, with RedHawk's events posted until they are taken."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from threading import Lock, Thread

import pytest
from flask import Flask, request
from standardwebhooks import Webhook
from werkzeug.serving import make_server

from sandbox.floor import Floor, FloorTime, Performer, performer, schedule
from sandbox.floor.actions import Post, Write
from sandbox.twenty import SandboxTwenty
from sandbox.twenty.clock import to_stamp

SECRET = "whsec_b2YgdGhlIHRlc3RzIG9ubHksIDMyIGJ5dGVzIGxvbmc="
FLOOR = Floor(4, reps=4, days=2, calls_a_day=15)


class Receiver:
    """Takes RedHawk's posts; the first try of each id is answered with `first_answer`."""

    def __init__(self, first_answer: int) -> None:
        self.tries: Counter[str] = Counter()
        self.taken: Counter[str] = Counter()
        self.forged = 0
        self._lock = Lock()
        self._first_answer = first_answer
        app = Flask("receiver")
        app.post("/webhooks/redhawk")(lambda: ("", self._answer()))
        self._server = make_server("127.0.0.1", 0, app, threaded=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def _answer(self) -> int:
        key, signed_at = request.headers["webhook-id"], int(request.headers["webhook-timestamp"])
        signature = Webhook(SECRET).sign(key, datetime.fromtimestamp(signed_at, UTC), request.get_data(as_text=True))
        of_the_floor = FLOOR.starts_at.timestamp() <= signed_at <= FLOOR.ends_at.timestamp()
        with self._lock:
            self.forged += signature != request.headers["webhook-signature"] or not of_the_floor
            self.tries[key] += 1
            status = self._first_answer if self.tries[key] == 1 else 202
            self.taken[key] += status == 202
        return status

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def stage() -> Iterator[tuple[SandboxTwenty, FloorTime]]:
    """A sandbox Twenty that lives in the floor's time."""
    floor_time = FloorTime(FLOOR.starts_at)
    twenty = SandboxTwenty("key", clock=floor_time.clock())
    yield twenty, floor_time
    twenty.stop()


def _perform(stage: tuple[SandboxTwenty, FloorTime], first_answer: int) -> tuple[Receiver, dict[int, int]]:
    receiver = Receiver(first_answer)
    performed = Performer(*stage, receiver.url, SECRET).perform(FLOOR)
    receiver.stop()
    return receiver, performed.posts


def test_records_are_the_reps_own_and_of_the_floors_time(stage: tuple[SandboxTwenty, FloorTime]) -> None:
    """Each note is created at its time by its rep, or by the API key; in the end it is the floor's end."""
    twenty, floor_time = stage
    _perform(stage, 202)
    created = {a.id: a for a in schedule(FLOOR) if isinstance(a, Write) and (a.kind, a.plural) == ("create", "notes")}
    rows = twenty.rows("notes")
    assert rows
    for row in rows:
        note = created[row["id"]]
        assert (row["createdAt"], row["title"]) == (to_stamp(note.at), row["title"])
        assert row["createdBy"]["workspaceMemberId"] == note.rep
    assert floor_time.now() == FLOOR.ends_at
    assert {row["timeZone"] for row in twenty.rows("workspaceMembers")} == {rep.time_zone for rep in FLOOR.team()}


def test_what_was_changed_stands_in_twenty(stage: tuple[SandboxTwenty, FloorTime]) -> None:
    """Deleted rows are marked, restored ones are not, destroyed ones are gone; corrected titles are the last ones."""
    twenty, _ = stage
    _perform(stage, 202)
    last = {a.id: a for a in schedule(FLOOR) if isinstance(a, Write) and a.plural == "notes"}
    rows = {row["id"]: row for row in twenty.rows("notes")}
    assert {id for id, action in last.items() if action.kind == "destroy"} == last.keys() - rows.keys()
    deleted = {id for id, row in rows.items() if row["deletedAt"]}
    assert deleted == {id for id, action in last.items() if action.kind == "soft_delete"}
    for id, action in last.items():
        if action.kind == "update":
            assert rows[id]["title"] == action.fields["title"]


@pytest.mark.parametrize("first_answer", [202, 503, 500])
def test_every_event_is_posted_until_it_is_taken(stage: tuple[SandboxTwenty, FloorTime], first_answer: int) -> None:
    """A server's fault is tried again under the same id; what RedHawk sends twice is taken twice."""
    receiver, statuses = _perform(stage, first_answer)
    sends = {action.id: action.sends for action in schedule(FLOOR) if isinstance(action, Post)}
    assert receiver.taken == sends
    assert statuses == {202: sum(sends.values())}
    assert receiver.forged == 0


def test_a_refusal_is_counted_and_not_tried_again(stage: tuple[SandboxTwenty, FloorTime]) -> None:
    """401 means a wrong secret: it would be 401 for ever."""
    receiver, statuses = _perform(stage, 401)
    sends = {action.id: action.sends for action in schedule(FLOOR) if isinstance(action, Post)}
    assert receiver.tries == sends
    assert statuses[401] == len(sends)


class _Clock:
    """Time that passes only by sleeping."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def monotonic(self) -> float:
        return self.now_s

    def sleep(self, wait_s: float) -> None:
        self.now_s += wait_s


def test_the_speed_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """At 50 actions a second, n actions take n/50 seconds."""
    clock = _Clock()
    monkeypatch.setattr(performer, "time", clock)
    floor_time = FloorTime(FLOOR.starts_at)
    twenty = SandboxTwenty("key", clock=floor_time.clock())
    receiver = Receiver(202)
    Performer(twenty, floor_time, receiver.url, SECRET).perform(FLOOR, actions_a_second=50)
    receiver.stop()
    twenty.stop()
    assert clock.now_s == pytest.approx(len(list(schedule(FLOOR))) / 50)
