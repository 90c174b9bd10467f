"""Secrets and payloads stay out of logs, answers, reprs and start-up errors."""

import base64
import hashlib
import hmac
import logging
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from repeats import counted
from structlog.testing import capture_logs
from werkzeug.test import TestResponse

from handlers.app import ReceiverParts, ReceiverSettings, create_app
from handlers.group_commit import StoreNew
from handlers.health import Health
from handlers.intake import Sender
from handlers.twenty_signature import verify_twenty
from ledger.inbox import Stored
from schemas.delivery import NewDelivery

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
TIMESTAMP = "1795262400000"
TWENTY, REDHAWK = "s3cret-of-twenty", "whsec_" + base64.b64encode(b"s3cret-of-redhawk").decode()
TITLE = "Call - CONTACT | Jane Doe"
RAW = f'{{"title":"{TITLE}"}}'.encode()
SIGNATURE = hmac.new(TWENTY.encode(), TIMESTAMP.encode() + b":" + RAW, hashlib.sha256).hexdigest()
HIDDEN = (TWENTY, REDHAWK, REDHAWK.removeprefix("whsec_"), TITLE, "Jane", SIGNATURE)


def accept(new: Sequence[NewDelivery]) -> list[Stored | None]:
    """A store that takes everything."""
    return [Stored(17, is_new=True) for _ in new]


def break_with_payload(new: Sequence[NewDelivery]) -> list[Stored | None]:
    """A store that fails the way databases do: with the row in the error's text."""
    raise RuntimeError(f"can't insert {new[0].raw!r} [{SIGNATURE}]")


def break_on_waking() -> None:
    """A wake that puts what it should not into its error."""
    raise ConnectionError(f"redis://:{TWENTY}@127.0.0.1 {TITLE}")


def post(body: bytes, store: StoreNew = accept, path: str = "/webhooks/twenty") -> TestResponse:
    """Posts a body with the signature of RAW to a receiver whose wake fails."""
    parts = ReceiverParts(store, counted, break_on_waking, lambda: Health(True, True, None), lambda: NOW)
    client = create_app(parts, ReceiverSettings((TWENTY,), (REDHAWK,), 300, 1000)).test_client()
    headers = {"X-Twenty-Webhook-Timestamp": TIMESTAMP, "X-Twenty-Webhook-Signature": SIGNATURE}
    return client.post(path, data=body, headers=headers)


@pytest.mark.parametrize(
    ("body", "store", "path", "status"),
    [
        (RAW, accept, "/webhooks/twenty", 202),
        (RAW, break_with_payload, "/webhooks/twenty", 500),
        (RAW + b" ", accept, "/webhooks/twenty", 401),
        (RAW * 100, accept, "/webhooks/twenty", 413),
        (RAW, accept, "/webhooks/redhawk", 401),
        (RAW, accept, f"/{TWENTY}/{TITLE}?secret={TWENTY}", 404),
    ],
)  # fmt: skip
def test_nothing_of_the_sender_is_logged_or_answered(
    body: bytes, store: StoreNew, path: str, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither structlog nor logging nor the answer shows a secret, a signature or the payload."""
    caplog.set_level(logging.DEBUG)
    with capture_logs() as logs:
        response = post(body, store, path)
    assert response.status_code == status
    assert [line["event"] for line in logs][-1] == "request"
    shown = f"{logs} {caplog.text} {response.get_data(as_text=True)} {response.headers}"
    assert [word for word in HIDDEN if word in shown] == []


@pytest.mark.parametrize(
    ("body", "store", "path", "source", "outcome", "size"),
    [
        (RAW, accept, "/webhooks/twenty", "twenty", "accepted", len(RAW)),
        (RAW, break_with_payload, "/webhooks/twenty", "twenty", "fault", len(RAW)),
        (RAW + b" ", accept, "/webhooks/twenty", "twenty", "bad_signature", len(RAW) + 1),
        (RAW, accept, "/webhooks/redhawk", "redhawk", "bad_headers", len(RAW)),
        (RAW, accept, "/elsewhere", "none", "not_found", 0),
    ],
)  # fmt: skip
def test_each_request_logs_one_canonical_line(
    body: bytes, store: StoreNew, path: str, source: str, outcome: str, size: int
) -> None:
    """One `request` line with source, outcome, status, bytes and ms, and no other field."""
    with capture_logs() as logs:
        response = post(body, store, path)
    [line] = [entry for entry in logs if entry["event"] == "request"]
    assert line.pop("ms") >= 0
    assert line == {
        "event": "request",
        "log_level": "info",
        "source": source,
        "outcome": outcome,
        "status": response.status_code,
        "bytes": size,
    }


def test_a_fault_is_logged_with_its_place() -> None:
    """An unexpected error is found again by kind, file and line, though its text is withheld."""
    with capture_logs() as logs:
        post(RAW, break_with_payload)
    [fault] = [entry for entry in logs if entry["event"] == "fault"]
    assert fault["error"] == "RuntimeError"
    assert fault["file"] == __file__
    assert fault["line"] == break_with_payload.__code__.co_firstlineno + 2


def test_reprs_hide_secrets() -> None:
    """Neither settings nor a sender show their secrets when printed."""
    settings = ReceiverSettings((TWENTY,), (REDHAWK,), 300, 1000)
    sender = Sender("twenty", verify_twenty, "TWENTY_WEBHOOK_SECRET", (TWENTY,), 300)
    assert repr(settings) == "ReceiverSettings(tolerance_s=300, max_bytes=1000)"
    assert TWENTY not in repr(sender)


@pytest.mark.parametrize(
    ("twenty", "redhawk", "named"),
    [((TWENTY, " "), (), "TWENTY_WEBHOOK_SECRET: secret 2"),
     ((), (REDHAWK, "s3cret-of-redhawk"), "REDHAWK_WEBHOOK_SECRET: secret 2")],
)  # fmt: skip
def test_an_unusable_secret_stops_the_start(twenty: tuple[str, ...], redhawk: tuple[str, ...], named: str) -> None:
    """The error names the setting and which secret it is, never the secret."""
    with pytest.raises(ValueError, match=named) as error:
        ReceiverSettings(twenty, redhawk, 300, 1000)
    assert "s3cret" not in str(error.value)
