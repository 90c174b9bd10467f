"""RedHawk's side of the webhook, signed after Standard Webhooks 1.0."""

import json
from datetime import UTC, datetime
from itertools import count
from typing import Any

from floor import REDHAWK_SECRET, Floor
from standardwebhooks import Webhook


class RedHawkSender:
    """Posts events to a floor's receiver as RedHawk does."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._ids = count(1)

    def send(self, event: dict[str, Any], message_id: str | None = None) -> int:
        """The answer's status."""
        now = datetime.now(UTC)
        key = message_id or f"msg_{next(self._ids)}"
        body = json.dumps(event)
        headers = {
            "webhook-id": key,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Webhook(REDHAWK_SECRET).sign(key, now, body),
        }
        return self._floor.post("/webhooks/redhawk", headers, body.encode())
