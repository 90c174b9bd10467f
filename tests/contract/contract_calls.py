"""The suite's own calls to Twenty: those of one more API client beside repsync, paced and counted."""

import time
from collections import deque
from collections.abc import Collection, Mapping
from typing import Any

import requests
from contract_figures import Figures

from twenty_client.errors import RateLimited
from twenty_client.reply import Reply, read_reply
from twenty_client.request import Request

MOST_A_MINUTE = 30  # beside repsync's share of 50, whose burst makes it 62 at most
PATIENCE_S = 180.0
WAIT_S = 5.0
IDS_A_CALL = 60  # recorded with 61 rows; some 2 kB of address


class OwnCalls:
    """At most 30 a minute; a refusal for rate is waited out for 3 minutes, as others use the workspace too."""

    def __init__(self, url: str, key: str, figures: Figures) -> None:
        self._url = url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        self._figures = figures
        self._sent_s: deque[float] = deque(maxlen=MOST_A_MINUTE)

    def send(self, request: Request) -> Reply:
        """The reply. Errors: those of `twenty_client.errors`."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            answer = self.answer(request)
            try:
                return read_reply(request, answer.status_code, answer.headers, answer.content)
            except RateLimited as refused:
                if time.monotonic() > deadline:
                    raise
                time.sleep(refused.retry_after_s or WAIT_S)

    def answer(self, request: Request) -> requests.Response:
        """Twenty's answer, whatever it is."""
        if request.costs_token:
            self._wait_for_our_turn()
        answer = self._sent(request)
        if request.costs_token:
            self._figures.called("suite", answer.status_code)
        return answer

    def press(self, request: Request) -> int:
        """The status of a call that is made at once."""
        status = self._sent(request).status_code
        self._figures.called("burst", status)
        return status

    def _wait_for_our_turn(self) -> None:
        if len(self._sent_s) == MOST_A_MINUTE:
            time.sleep(max(0.0, self._sent_s[0] + 60.0 - time.monotonic()))
        self._sent_s.append(time.monotonic())

    def _sent(self, request: Request) -> requests.Response:
        return requests.request(
            request.method, self._url + request.target, data=request.payload, headers=self._headers, timeout=30
        )


def batch_destroy(plural: str, ids: Collection[str]) -> list[Request]:
    """Hard deletes by id, 60 a call; ids that are not there do no harm."""
    listed = sorted(ids)
    chunks = [listed[start : start + IDS_A_CALL] for start in range(0, len(listed), IDS_A_CALL)]
    return [Request("DELETE", f"/rest/{plural}", (("filter", f"id[in]:[{','.join(chunk)}]"),)) for chunk in chunks]


def of_metadata(method: str, path: str, body: Mapping[str, Any] | None = None) -> Request:
    """A change of the workspace's own set-up."""
    return Request(method, f"/rest/metadata/{path}", body=body)
