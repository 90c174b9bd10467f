"""RedHawk's side of its webhook: signed after Standard Webhooks 1.0, and posted until it is taken."""

import json
from collections.abc import Callable
from datetime import datetime

import requests
import tenacity
from standardwebhooks import Webhook

from sandbox.floor.actions import Post

PATIENCE_S = 120
PAUSE_S = 0.2
TIMEOUT_S = (5, 30)
SERVER_FAULT = 500


class RedHawk:
    """Posts events to `url`. `now` gives the time that it signs, an aware datetime."""

    def __init__(self, url: str, secret: str, now: Callable[[], datetime]) -> None:
        self._url = url
        self._webhook = Webhook(secret)
        self._now = now

    def deliver(self, post: Post) -> list[int]:
        """The final status of each of its sends. Raises what requests raises when nobody took it for two minutes."""
        return [self._retrying()(self._send, post) for _ in range(post.sends)]

    def _retrying(self) -> tenacity.Retrying:
        """It must get a 2xx, as nothing sweeps behind it; only a refusal for good (4xx) ends it otherwise."""
        return tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(requests.RequestException)
            | tenacity.retry_if_result(lambda status: status >= SERVER_FAULT),
            wait=tenacity.wait_fixed(PAUSE_S),
            stop=tenacity.stop_after_delay(PATIENCE_S),
            retry_error_callback=lambda state: state.outcome.result() if state.outcome else 0,
        )

    def _send(self, post: Post) -> int:
        now = self._now()
        body = json.dumps(post.event, separators=(",", ":"))
        headers = {
            "content-type": "application/json",
            "webhook-id": post.id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": self._webhook.sign(post.id, now, body),
        }
        with requests.Session() as session:
            session.trust_env = False
            answer = session.post(self._url, data=body, headers=headers, timeout=TIMEOUT_S, allow_redirects=False)
            return answer.status_code
