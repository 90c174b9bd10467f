"""The recorded floor calls, sent to the sandbox: it posts the webhooks that the recorded Twenty posted."""

import json
import time
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from replay_calls import FLOOR, read_topic
from replay_seed import people_and_members
from replay_session import RecordedIds, Session

RECORDINGS = Path(__file__).parents[1] / "recordings"
# The recorded workspace had not yet our own three fields.
OURS = {"rankEligibility", "syncedXp", "adoptedAt"}


class _RoomyServer(ThreadingHTTPServer):
    # 20 webhooks come in at once; the default of 5 would turn some away.
    request_queue_size = 128


@pytest.fixture(scope="module")
def received() -> list[dict[str, Any]]:
    return []


@pytest.fixture(scope="module")
def receiver_url(received: list[dict[str, Any]]) -> Iterator[str]:
    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = _RoomyServer(("127.0.0.1", 0), Receiver)
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/hook"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def calls_sent(receiver_url: str) -> Iterator[int]:
    """How many calls of the day were sent, to a sandbox that posts to the receiver."""
    new_ids = RecordedIds(read_topic(FLOOR))
    session = Session(new_ids)
    for plural, ids in people_and_members().items():
        for record_id in ids:
            session.twenty.put(plural, {"id": record_id})
    session.twenty.register_webhook(receiver_url, ["*.*"], "secret")
    yield len([session.replay(call) for call in read_topic(FLOOR)])
    session.twenty.stop()


def test_the_day_causes_the_recorded_webhooks(calls_sent: int, received: list[dict[str, Any]]) -> None:
    """The same events with the same updatedFields and body keys, plus one that the recording lost."""
    lines = (RECORDINGS / "floor-deliveries.jsonl").read_text().splitlines()
    recorded = Counter(_kind_of(json.loads(json.loads(line)["raw"])) for line in lines)
    # The compare-and-set that won (totalXp 120 to 130) has no delivery in the recording.
    lost = next(kind for kind in recorded if kind[:2] == ("repProgression.updated", ("totalXp",)))
    expected = recorded + Counter([lost])
    _wait_for(received, expected.total())
    assert calls_sent == 103
    assert Counter(map(_kind_of, received)) == expected


def _wait_for(received: list[dict[str, Any]], number: int) -> None:
    until_s = time.monotonic() + 60
    while len(received) < number and time.monotonic() < until_s:
        time.sleep(0.02)


def _kind_of(body: dict[str, Any]) -> tuple[str, tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    fields = tuple(body.get("updatedFields", ()))
    return body["eventName"], fields, tuple(body), tuple(name for name in body["record"] if name not in OURS)
