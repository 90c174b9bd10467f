"""What goes to Sentry: class and place of an error, the delivery and the job, and nothing else."""

import hashlib
import hmac
import json
import socket
import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
import sentry_sdk
from redis import Redis
from repeats import counted
from rq import Queue, SimpleWorker
from rq.serializers import JSONSerializer
from sentry_sdk.transport import Transport
from structlog.contextvars import bind_contextvars

from handlers.app import ReceiverParts, ReceiverSettings, create_app
from handlers.health import Health
from ledger.inbox import Stored
from runtime.error_reports import configure_error_reports
from schemas.delivery import NewDelivery
from worker.failures import told_without_data

DSN = "https://key@sentry.invalid/1"
TITLE = "".join(reversed("miK | 00:1 | TCATNOC - llaC"))  # source lines are reported, so not as a literal
SECRET = "".join(reversed("terc3s"))


@pytest.fixture
def reported(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, Any]]]:
    """What would go to Sentry."""
    events: list[dict[str, Any]] = []

    class Kept(Transport):
        def capture_envelope(self, envelope: Any) -> None:
            events.extend(item.payload.json for item in envelope.items if item.payload.json)

    init = sentry_sdk.init
    monkeypatch.setattr(sentry_sdk, "init", lambda **options: init(**options, transport=Kept))
    yield events
    init(trace_propagation_targets=[])


def test_an_error_report_holds_no_note_text(reported: list[dict[str, Any]]) -> None:
    """A fault while a note is in hand is reported with its place, without variables, bodies or headers."""
    configure_error_reports("https://key@sentry.invalid/1")

    def fail(title: str) -> None:
        body = {"title": title}
        raise KeyError(body["title"])

    try:
        fail(TITLE)
    except KeyError as error:
        sentry_sdk.capture_exception(error)
    sentry_sdk.flush()
    (event,) = reported
    text = json.dumps(event, default=str)
    assert event["exception"]["values"][0]["type"] == "KeyError"
    assert "CONTACT" not in text
    assert "Kim" not in text
    frames = event["exception"]["values"][0]["stacktrace"]["frames"]
    assert all("vars" not in frame for frame in frames)


def test_calls_to_others_carry_nothing_of_sentry(reported: list[dict[str, Any]]) -> None:
    """Sentry's own headers would tell Twenty, and whoever logs there, about repsync's traces."""
    configure_error_reports("https://key@sentry.invalid/1")
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_answer_once, args=(server, reported), daemon=True).start()
        requests.get(f"http://127.0.0.1:{server.getsockname()[1]}/", timeout=5)
    (heard,) = reported
    assert "GET / HTTP/1.1" in heard["head"]
    assert "sentry" not in heard["head"].lower()


def _answer_once(server: socket.socket, heard: list[dict[str, Any]]) -> None:
    connection, _ = server.accept()
    with connection:
        heard.append({"head": connection.recv(65_536).decode()})
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


def test_without_a_dsn_nothing_is_reported(reported: list[dict[str, Any]]) -> None:
    """Error reports are off unless the operator turns them on."""
    configure_error_reports(None)
    sentry_sdk.capture_message("hello")
    sentry_sdk.flush()
    assert reported == []


def _break_with_payload(new: Sequence[NewDelivery]) -> list[Stored]:
    """A store that knows the delivery's id already, and fails with the row in the error's text."""
    bind_contextvars(delivery=17)
    raise RuntimeError(f"can't insert {new[0].raw!r}")


def _signed(raw: bytes, at: datetime) -> dict[str, str]:
    timestamp = str(int(at.timestamp() * 1000))
    signature = hmac.new(SECRET.encode(), timestamp.encode() + b":" + raw, hashlib.sha256).hexdigest()
    return {"X-Twenty-Webhook-Timestamp": timestamp, "X-Twenty-Webhook-Signature": signature}


def test_a_fault_of_the_receiver_is_reported_with_its_delivery(reported: list[dict[str, Any]]) -> None:
    """An exception in a view becomes one event that names the delivery, without body, headers, address or message."""
    configure_error_reports(DSN)
    now = datetime(2026, 11, 21, tzinfo=UTC)
    parts = ReceiverParts(_break_with_payload, counted, lambda: None, lambda: Health(True, True, None), lambda: now)
    client = create_app(parts, ReceiverSettings((SECRET,), (), 300, 1000)).test_client()
    raw = json.dumps({"eventName": "note.created", "record": {"title": TITLE}}).encode()
    assert client.post(f"/webhooks/twenty?q={SECRET}", data=raw, headers=_signed(raw, now)).status_code == 500
    (event,) = reported
    assert event["exception"]["values"][0]["type"] == "RuntimeError"
    assert event["tags"] == {"delivery": "17"}
    assert event["transaction"] == "twenty.receive"
    assert "request" not in event
    text = json.dumps(event, default=str)
    assert [word for word in (SECRET, "CONTACT", "Kim", "X-Twenty") if word in text] == []


def failing_job() -> None:
    """A job that fails while a note is in hand."""
    with told_without_data():
        raise KeyError(TITLE)


def test_a_failing_job_is_reported_once_with_its_id(reported: list[dict[str, Any]], redis_url: str) -> None:
    """RQ's own JobFailed is no second event; the one that comes names the job and holds no text."""
    configure_error_reports(DSN)
    redis = Redis.from_url(redis_url)
    queue = Queue("reports", connection=redis, serializer=JSONSerializer)
    job = queue.enqueue(failing_job)
    SimpleWorker([queue], connection=redis, serializer=JSONSerializer).work(burst=True)
    sentry_sdk.flush()
    (event,) = reported
    assert event["exception"]["values"][0]["type"] == "KeyError"
    assert event["tags"] == {"job": job.id}
    assert "CONTACT" not in json.dumps(event, default=str)
