"""A probe: a rightly signed webhook that tells of nothing of ours, by which it shows when work is done again."""

import hashlib
import json
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import uuid4

import requests

from sandbox.twenty.webhook_posts import signature

ACCEPTED = 202
PAUSE_S = 0.02
TIMEOUT_S = 5.0  # as Twenty waits
PATIENCE_S = 60.0


class NotAccepted(Exception):
    """The receiver accepted nothing for a minute."""


@dataclass
class Prober:
    """Posts probes to `url` as Twenty would. `keys` are the inbox keys of those that were accepted."""

    url: str
    secret: str = field(repr=False)
    keys: set[str] = field(default_factory=set)

    def accepted_at(self) -> datetime:
        """Posts one after the other until one is accepted, and returns when that was. Errors: `NotAccepted`."""
        deadline_s = time.monotonic() + PATIENCE_S
        while not self.is_accepted():
            if time.monotonic() > deadline_s:
                raise NotAccepted(f"the receiver accepted nothing for {PATIENCE_S:.0f} s")
            time.sleep(PAUSE_S)
        return datetime.now(UTC)

    def is_accepted(self) -> bool:
        """Posts one, once."""
        raw = json.dumps({"eventName": "company.updated", "record": {"id": str(uuid4())}}).encode()
        timestamp = str(time.time_ns() // 1_000_000)
        is_accepted = self._post(timestamp, raw) == ACCEPTED
        if is_accepted:
            self.keys.add(hashlib.sha256(timestamp.encode() + raw).hexdigest())
        return is_accepted

    def _post(self, timestamp: str, raw: bytes) -> int | None:
        headers = {
            "Content-Type": "application/json",
            "X-Twenty-Webhook-Timestamp": timestamp,
            "X-Twenty-Webhook-Signature": signature(self.secret, timestamp, raw),
        }
        try:
            return requests.post(self.url, data=raw, headers=headers, timeout=TIMEOUT_S).status_code
        except requests.RequestException:
            return None
