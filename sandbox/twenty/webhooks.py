"""Webhooks: who is told what, and the signed posts that tell it, once each."""

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import requests

from sandbox.twenty.changes import Change
from sandbox.twenty.clock import SandboxClock
from sandbox.twenty.objects import WORKSPACE_ID

TIMEOUT_S = 5.0
PARALLEL = 20


@dataclass(frozen=True, slots=True)
class Webhook:
    """A subscription. `operations` are `note.created`, `note.*`, `*.deleted` or `*.*`."""

    target_url: str
    operations: tuple[str, ...]
    secret: str = field(repr=False)
    created_at: str
    description: str | None = None
    id: str = field(default_factory=lambda: str(uuid4()))

    def wants(self, event_name: str) -> bool:
        singular, action = event_name.split(".")
        return not {event_name, f"{singular}.*", f"*.{action}", "*.*"}.isdisjoint(self.operations)


class Webhooks:
    """The subscriptions, and up to 20 posts at a time in the background: unordered, 5 s each, never repeated."""

    def __init__(self, clock: SandboxClock) -> None:
        self._clock = clock
        self._all: list[Webhook] = []
        self._posts = ThreadPoolExecutor(PARALLEL, thread_name_prefix="sandbox-webhook")

    def all(self) -> list[Webhook]:
        return list(self._all)

    def register(
        self,
        target_url: str,
        operations: Iterable[str],
        secret: str | None = None,
        description: str | None = None,
    ) -> Webhook:
        """A missing secret is made up, as Twenty does."""
        webhook = Webhook(
            target_url, tuple(operations), secret or secrets.token_hex(32), self._clock.stamp(), description
        )
        self._all.append(webhook)
        return webhook

    def change(self, webhook: Webhook) -> None:
        """`webhook` takes the place of the one with its id."""
        self._all = [webhook if each.id == webhook.id else each for each in self._all]

    def announce(self, changes: list[Change]) -> None:
        """Starts a post for each change and each webhook that wants it; returns at once."""
        event_date = self._clock.stamp()
        for change in changes:
            for webhook in self.all():
                if webhook.wants(change.event_name):
                    self._posts.submit(self._post, webhook, _body(webhook, change, event_date))

    def stop(self) -> None:
        """Waits for the posts under way (5 s at most) and drops the others."""
        self._posts.shutdown(cancel_futures=True)

    def _post(self, webhook: Webhook, raw: bytes) -> None:
        timestamp = str(int(self._clock.now().timestamp() * 1000))
        # Twenty sends once: whatever becomes of it, nobody hears of it again.
        with suppress(requests.RequestException):
            requests.post(webhook.target_url, data=raw, headers=_headers(webhook, timestamp, raw), timeout=TIMEOUT_S)


def signature(secret: str, timestamp: str, raw: bytes) -> str:
    """Lower-case hex HMAC-SHA256 over `timestamp:raw`, with the secret as text for a key."""
    signed = timestamp.encode() + b":" + raw
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def _headers(webhook: Webhook, timestamp: str, raw: bytes) -> dict[str, str]:
    return {
        "Accept": "application/json, text/plain, */*",
        "Content-Type": "application/json",
        "X-Twenty-Webhook-Timestamp": timestamp,
        "X-Twenty-Webhook-Signature": signature(webhook.secret, timestamp, raw),
        "X-Twenty-Webhook-Nonce": secrets.token_hex(16),
        "User-Agent": "axios/1.17.0",
    }


def _body(webhook: Webhook, change: Change, event_date: str) -> bytes:
    body: dict[str, Any] = {
        "targetUrl": webhook.target_url,
        "eventName": change.event_name,
        "objectMetadata": {"id": change.kind.id, "nameSingular": change.kind.singular},
        "workspaceId": WORKSPACE_ID,
        "webhookId": webhook.id,
        "eventDate": event_date,
        "record": change.row,
    }
    if change.updated_fields is not None:
        body["updatedFields"] = change.updated_fields
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()
