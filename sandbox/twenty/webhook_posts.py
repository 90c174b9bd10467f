"""One signed post of a webhook, sent once."""

import hashlib
import hmac
import secrets
from contextlib import suppress
from dataclasses import dataclass, field

import requests

from sandbox.twenty.clock import SandboxClock
from sandbox.twenty.faults import ON_TIME, Fate

TIMEOUT_S = 5.0


@dataclass(frozen=True, slots=True)
class Delivery:
    """A body on its way to a webhook's target."""

    target_url: str
    secret: str = field(repr=False)
    raw: bytes = field(repr=False)
    fate: Fate = ON_TIME


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a post: the answer's `status`, 0 without one; `key` is the SHA-256 of its timestamp and body."""

    status: int
    key: str


def post(delivery: Delivery, clock: SandboxClock) -> Answer:
    """Sends it once: whatever the answer is, it is counted, and nothing is sent again.

    A 302 is followed by a GET, without the body.
    """
    timestamp = str(int(clock.now().timestamp() * 1000))
    headers = _headers(delivery, timestamp)
    status = 0
    with suppress(requests.RequestException, ValueError):
        status = requests.post(delivery.target_url, data=delivery.raw, headers=headers, timeout=TIMEOUT_S).status_code
    return Answer(status, hashlib.sha256(timestamp.encode() + delivery.raw).hexdigest())


def signature(secret: str, timestamp: str, raw: bytes) -> str:
    """Lower-case hex HMAC-SHA256 over `timestamp:raw`, with the secret as text for a key."""
    signed = timestamp.encode() + b":" + raw
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def _headers(delivery: Delivery, timestamp: str) -> dict[str, str]:
    return {
        "Accept": "application/json, text/plain, */*",
        "Content-Type": "application/json",
        "X-Twenty-Webhook-Timestamp": timestamp,
        "X-Twenty-Webhook-Signature": signature(delivery.secret, timestamp, delivery.raw),
        "X-Twenty-Webhook-Nonce": secrets.token_hex(16),
        "User-Agent": "axios/1.17.0",
        "Accept-Encoding": "gzip, compress, deflate, br",
    }
