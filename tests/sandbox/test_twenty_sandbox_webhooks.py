"""Webhooks of the sandbox: who gets what, how it is signed, and that it is sent once."""

import hashlib
import hmac
import json
import time
from collections.abc import Iterator

import pytest
import requests
from webhook_receiver import Receiver, wait_until

from sandbox.twenty import SandboxTwenty

HEADERS = {"Authorization": "Bearer key"}
SECRET = "s3cret-for-tests"


@pytest.fixture
def twenty() -> Iterator[SandboxTwenty]:
    twenty = SandboxTwenty("key")
    yield twenty
    twenty.stop()


@pytest.fixture
def base(twenty: SandboxTwenty) -> str:
    return f"{twenty.start()}/rest"


def _note(base: str) -> str:
    answer = requests.post(f"{base}/notes", json={"title": "Call – Zoë"}, headers=HEADERS, timeout=5)
    return str(answer.json()["data"]["createNote"]["id"])


def test_a_webhook_is_signed_over_its_timestamp_and_raw_body(
    twenty: SandboxTwenty, base: str, hooked: Receiver
) -> None:
    """The signature is hex HMAC-SHA256 over `timestamp:body`; the nonce is 32 hex digits."""
    twenty.register_webhook(hooked.url, ["note.*"], SECRET)
    _note(base)
    hooked.wait_for(1)
    headers, raw = hooked.posts[0]
    stamp = headers["X-Twenty-Webhook-Timestamp"]
    signed = hmac.new(SECRET.encode(), f"{stamp}:".encode() + raw, hashlib.sha256).hexdigest()
    assert headers["X-Twenty-Webhook-Signature"] == signed
    assert abs(int(stamp) / 1000 - time.time()) < 60
    assert len(bytes.fromhex(headers["X-Twenty-Webhook-Nonce"])) == 16


@pytest.mark.parametrize(
    ("operations", "expected"),
    [
        (["*.*"], {"note.created", "note.updated", "note.deleted", "note.restored", "note.destroyed"}),
        (["note.created", "note.destroyed"], {"note.created", "note.destroyed"}),
        (["*.updated"], {"note.updated"}),
    ],
)
def test_a_webhook_gets_the_operations_it_asked_for(
    twenty: SandboxTwenty, base: str, hooked: Receiver, operations: list[str], expected: set[str]
) -> None:
    """Each action is posted to those whose operations match it, and to nobody else."""
    twenty.register_webhook(hooked.url, operations, SECRET)
    twenty.register_webhook(hooked.url, ["opportunity.*"], SECRET)
    note = f"{base}/notes/{_note(base)}"
    requests.patch(note, json={"title": "y"}, headers=HEADERS, timeout=5)
    requests.delete(note, params={"soft_delete": "true"}, headers=HEADERS, timeout=5)
    requests.patch(f"{base}/restore/notes", params={"filter": "title[eq]:y"}, headers=HEADERS, timeout=5)
    requests.delete(note, headers=HEADERS, timeout=5)
    hooked.wait_for(len(expected))
    twenty.stop()
    assert sorted(hooked.events()) == sorted(expected)


def test_an_unchanged_row_sends_no_webhook(twenty: SandboxTwenty, base: str, hooked: Receiver) -> None:
    """A PATCH with the same title moves updatedAt in silence; the next change is told."""
    note = _note(base)
    wait_until(lambda: not twenty.webhooks_waiting)  # or the creation may be told to who subscribes just after
    twenty.register_webhook(hooked.url, ["*.*"], SECRET)
    before = twenty.rows("notes")[0]["updatedAt"]
    time.sleep(0.002)
    requests.patch(f"{base}/notes/{note}", json={"title": "Call – Zoë"}, headers=HEADERS, timeout=5)
    assert twenty.rows("notes")[0]["updatedAt"] > before
    requests.patch(f"{base}/notes/{note}", json={"title": "other"}, headers=HEADERS, timeout=5)
    hooked.wait_for(1)
    twenty.stop()
    assert [json.loads(raw)["updatedFields"] for _, raw in hooked.posts] == [["title"]]


def test_a_refused_webhook_is_not_sent_again(twenty: SandboxTwenty, base: str, hooked: Receiver) -> None:
    """A receiver that answers 500 hears of the change once."""
    hooked.status = 500
    twenty.register_webhook(hooked.url, ["*.*"], SECRET)
    _note(base)
    hooked.wait_for(1)
    time.sleep(0.2)
    assert hooked.events() == ["note.created"]


def test_reviving_by_upsert_is_told_as_an_update(twenty: SandboxTwenty, base: str, hooked: Receiver) -> None:
    """The event is `updated` with deletedAt first among its updatedFields, not `restored`."""
    twenty.put("repProgressions", {"workspaceMemberId": "m", "deletedAt": "2026-11-21T00:00:00.000Z"})
    twenty.register_webhook(hooked.url, ["*.*"], SECRET)
    sent = {"workspaceMemberId": "m", "totalXp": 5}
    requests.post(f"{base}/repProgressions?upsert=true", json=sent, headers=HEADERS, timeout=5)
    hooked.wait_for(1)
    body = json.loads(hooked.posts[0][1])
    assert (body["eventName"], body["updatedFields"]) == ("repProgression.updated", ["deletedAt", "totalXp"])


def test_a_webhook_can_be_created_and_listed_over_the_api(base: str, hooked: Receiver) -> None:
    """The created webhook is answered bare, with a made-up secret, and posts from then on."""
    sent = {"targetUrl": hooked.url, "operations": ["note.*"], "description": "all"}
    created = requests.post(f"{base}/metadata/webhooks", json=sent, headers=HEADERS, timeout=5)
    assert created.status_code == 201
    assert {name: created.json()[name] for name in sent} == sent
    assert len(created.json()["secret"]) == 64
    listed = requests.get(f"{base}/metadata/webhooks", headers=HEADERS, timeout=5).json()
    assert listed == [created.json()]
    _note(base)
    hooked.wait_for(1)
    assert json.loads(hooked.posts[0][1])["webhookId"] == created.json()["id"]


def test_a_webhook_to_no_url_is_refused(base: str) -> None:
    """The recorded 400 of a bad target."""
    answer = requests.post(f"{base}/metadata/webhooks", json={"targetUrl": "not a url"}, headers=HEADERS, timeout=5)
    assert answer.json() == {
        "statusCode": 400,
        "error": "WorkspaceMigrationBuilderException",
        "messages": ["Multiple validation errors occurred while creating webhook"],
    }
