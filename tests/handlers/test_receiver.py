"""The receiver's answers, the same checklist for Twenty and RedHawk."""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol

import pytest
from flask.testing import FlaskClient
from redis.exceptions import RedisError
from standardwebhooks import Webhook
from structlog.testing import capture_logs
from werkzeug.test import TestResponse

from handlers.app import ReceiverParts, ReceiverSettings, create_app
from handlers.health import Health
from ledger.errors import LedgerUnavailable
from ledger.inbox import Stored
from schemas.delivery import NewDelivery

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
OLD_TWENTY, TWENTY = "old-twenty", "s3cret-for-tests-0000000000000000"
OLD_REDHAWK, REDHAWK = ("whsec_" + base64.b64encode(bytes([n]) * 24).decode() for n in (1, 2))
SETTINGS = ReceiverSettings((OLD_TWENTY, TWENTY), (OLD_REDHAWK, REDHAWK), 300, 1000)
RAW = '{"record":{"title":"Call - CONTACT | 2:05 | Jürgen"}}'.encode()


class Signer(Protocol):
    """Makes one sender's headers for a body."""

    def __call__(self, raw: bytes, at: datetime, secret: str) -> dict[str, str]: ...


def sign_twenty(raw: bytes, at: datetime, secret: str) -> dict[str, str]:
    """Headers as Twenty makes them."""
    timestamp = str(int(at.timestamp() * 1000))
    signature = hmac.new(secret.encode(), timestamp.encode() + b":" + raw, hashlib.sha256).hexdigest()
    return {
        "X-Twenty-Webhook-Timestamp": timestamp,
        "X-Twenty-Webhook-Signature": signature,
        "X-Twenty-Webhook-Nonce": "52b3",
        "User-Agent": "axios/1.17.0",
    }


def sign_redhawk(raw: bytes, at: datetime, secret: str) -> dict[str, str]:
    """Headers as RedHawk makes them."""
    return {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign("msg_1", at, raw.decode()),
        "User-Agent": "redhawk/1",
    }


@dataclass
class Inbox:
    """An inbox in memory, with a worker to wake; either can be made to fail."""

    stored: dict[tuple[str, str], NewDelivery] = field(default_factory=dict)
    repeats: list[str] = field(default_factory=list)
    wakes: int = 0
    store_error: Exception | None = None
    wake_error: Exception | None = None

    def store_new(self, new: Sequence[NewDelivery]) -> list[Stored | None]:
        """Keeps deliveries by source and key."""
        if self.store_error:
            raise self.store_error
        return [self._store(delivery) for delivery in new]

    def _store(self, delivery: NewDelivery) -> Stored | None:
        if (delivery.source, delivery.key) in self.stored:
            return None
        self.stored[delivery.source, delivery.key] = delivery
        return Stored(len(self.stored), is_new=True)

    def count_repeat(self, repeat: NewDelivery) -> Stored:
        """Remembers its key."""
        self.repeats.append(repeat.key)
        return Stored(1, is_new=False)

    def wake(self) -> None:
        """Counts."""
        if self.wake_error:
            raise self.wake_error
        self.wakes += 1


@dataclass(frozen=True)
class Sender:
    """One of the two routes with what its sender knows."""

    source: str
    sign: Signer
    old_secret: str
    secret: str

    def post(
        self,
        client: FlaskClient,
        raw: bytes = RAW,
        *,
        at: datetime = NOW,
        secret: str | None = None,
        signed: bytes | None = None,
    ) -> TestResponse:
        """Posts `raw` with the signature of `signed` (of `raw` itself unless given)."""
        headers = self.sign(raw if signed is None else signed, at, secret or self.secret)
        return client.post(f"/webhooks/{self.source}", data=raw, headers=headers)


SENDERS = (
    Sender("twenty", sign_twenty, OLD_TWENTY, TWENTY),
    Sender("redhawk", sign_redhawk, OLD_REDHAWK, REDHAWK),
)


@pytest.fixture(params=SENDERS, ids=lambda sender: sender.source)
def sender(request: pytest.FixtureRequest) -> Sender:
    """Each sender in turn."""
    assert isinstance(request.param, Sender)
    return request.param


@pytest.fixture
def inbox() -> Inbox:
    """An empty inbox."""
    return Inbox()


@pytest.fixture
def client(inbox: Inbox) -> FlaskClient:
    """A client of a receiver that stores into `inbox`, at noon."""
    health = Health(True, True, None)
    parts = ReceiverParts(inbox.store_new, inbox.count_repeat, inbox.wake, lambda: health, lambda: NOW)
    return create_app(parts, SETTINGS).test_client()


def rejections(client: FlaskClient) -> object:
    """What /readyz counts."""
    return client.get("/readyz").get_json()["rejections"]


def test_a_new_delivery_is_stored_byte_for_byte(client: FlaskClient, inbox: Inbox, sender: Sender) -> None:
    """202, the raw bytes and the signed time in the inbox, one wake."""
    response = sender.post(client)
    assert (response.status_code, response.get_json()) == (202, {"status": "accepted"})
    [delivery] = inbox.stored.values()
    assert (delivery.source, delivery.raw, delivery.sent_at) == (sender.source, RAW, NOW)
    assert inbox.wakes == 1


def test_keys_follow_each_senders_rule(client: FlaskClient, inbox: Inbox) -> None:
    """Twenty's key is the hash of signed timestamp and body, RedHawk's its webhook-id."""
    for sender in SENDERS:
        sender.post(client)
    hashed = hashlib.sha256(b"1795262400000" + RAW).hexdigest()
    assert set(inbox.stored) == {("twenty", hashed), ("redhawk", "msg_1")}


def test_only_harmless_headers_are_kept(client: FlaskClient, inbox: Inbox) -> None:
    """Content type, user agent, nonce and webhook-id stay; signatures and everything else do not."""
    for sender in SENDERS:
        sender.post(client)
    twenty, redhawk = inbox.stored.values()
    assert twenty.headers == {"user-agent": "axios/1.17.0", "x-twenty-webhook-nonce": "52b3"}
    assert redhawk.headers == {"user-agent": "redhawk/1", "webhook-id": "msg_1"}


def test_a_kept_header_is_cut_to_200_characters(client: FlaskClient, inbox: Inbox) -> None:
    """Headers are not signed, so a replay could fill the inbox with them."""
    headers = {**sign_twenty(RAW, NOW, TWENTY), "User-Agent": "x" * 5000}
    client.post("/webhooks/twenty", data=RAW, headers=headers)
    assert next(iter(inbox.stored.values())).headers["user-agent"] == "x" * 200


def test_a_duplicate_is_answered_like_a_success(client: FlaskClient, inbox: Inbox, sender: Sender) -> None:
    """The second of two equal deliveries gets 202 too, is stored once and wakes nobody."""
    sender.post(client)
    response = sender.post(client)
    assert (response.status_code, response.get_json()) == (202, {"status": "duplicate"})
    assert len(inbox.repeats) == 1
    assert (len(inbox.stored), inbox.wakes) == (1, 1)


def test_a_resend_of_redhawk_is_a_duplicate(client: FlaskClient, inbox: Inbox) -> None:
    """RedHawk sends again with the same id and a new timestamp: still the same delivery."""
    SENDERS[1].post(client)
    response = SENDERS[1].post(client, at=NOW + timedelta(seconds=60))
    assert response.get_json() == {"status": "duplicate"}


def test_the_old_secret_works_during_rotation(client: FlaskClient, sender: Sender) -> None:
    """Every configured secret is good."""
    assert sender.post(client, secret=sender.old_secret).status_code == 202


def test_stale_and_bad_signatures_are_counted_apart(client: FlaskClient, inbox: Inbox, sender: Sender) -> None:
    """Both are 401 and stored nowhere, and each has its own count under its source."""
    stale = [sender.post(client, at=NOW + timedelta(seconds=late)) for late in (-301, 301)]
    bad = sender.post(client, signed=b"{}")
    bare = client.post(f"/webhooks/{sender.source}", data=RAW)
    assert [r.status_code for r in (*stale, bad, bare)] == [401] * 4
    assert [r.get_json()["error"] for r in (stale[0], bad, bare)] == ["stale", "bad_signature", "bad_headers"]
    assert rejections(client) == {sender.source: {"bad_headers": 1, "bad_signature": 1, "stale": 2}}
    assert not inbox.stored


def test_a_verified_body_that_is_no_json_object_is_400(client: FlaskClient, inbox: Inbox, sender: Sender) -> None:
    """Rightly signed nonsense is refused and counted, never stored."""
    responses = [sender.post(client, raw) for raw in (b"no json", b"[]")]
    assert [r.status_code for r in responses] == [400, 400]
    assert rejections(client) == {sender.source: {"not_json": 2}}
    assert not inbox.stored


def test_unsigned_nonsense_is_judged_by_its_signature(client: FlaskClient, sender: Sender) -> None:
    """Whether a body is JSON is told only to those who can sign."""
    assert sender.post(client, b"no json", signed=b"{}").status_code == 401


def test_a_body_over_the_limit_is_413(client: FlaskClient, inbox: Inbox, sender: Sender) -> None:
    """One byte over the limit is refused, exactly the limit is taken."""
    fits = b'{"a":"' + b"x" * 992 + b'"}'
    assert sender.post(client, fits).status_code == 202
    response = sender.post(client, fits + b" ")
    assert (response.status_code, response.get_json()["error"]) == (413, "too_large")
    assert rejections(client) == {sender.source: {"too_large": 1}}
    assert len(inbox.stored) == 1


def test_database_down_is_503_with_retry_after(client: FlaskClient, inbox: Inbox, sender: Sender) -> None:
    """What can't be stored is not accepted, and nobody is woken."""
    inbox.store_error = LedgerUnavailable("connection refused")
    response = sender.post(client)
    assert (response.status_code, response.get_json()["error"]) == (503, "ledger_unavailable")
    assert int(response.headers["Retry-After"]) > 0
    assert inbox.wakes == 0


@pytest.mark.parametrize("error", [RedisError("down"), OSError("down")])
def test_redis_down_is_still_202(client: FlaskClient, inbox: Inbox, sender: Sender, error: Exception) -> None:
    """The delivery is stored; one warning says that nobody was woken."""
    inbox.wake_error = error
    with capture_logs() as logs:
        response = sender.post(client)
    assert (response.status_code, len(inbox.stored)) == (202, 1)
    warnings = [line for line in logs if line["log_level"] == "warning"]
    assert warnings == [{"event": "wake_failed", "error": type(error).__name__, "log_level": "warning"}]
