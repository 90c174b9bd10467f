"""The recorded calls, sent to a sandbox in their order, at their time, with their ids."""

import json
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import requests
from replay_calls import RecordedCall, rows_in, whole_text
from replay_comparing import Deviation, Ids, deviations

from sandbox.twenty import SandboxClock, SandboxTwenty
from sandbox.twenty.clock import from_stamp

API_KEY = "replay-key"


@dataclass(frozen=True)
class Replayed:
    """A recorded call and all in which the sandbox's answer differs from the recorded one."""

    call: RecordedCall
    deviations: tuple[Deviation, ...]


class RecordedIds:
    """Gives new rows the ids that they had in the recording, so that lists come in the recorded order.

    Rows that no answer shows get random ids that come last in every list.
    """

    def __init__(self, calls: list[RecordedCall]) -> None:
        shown = [(row, str(row["id"])) for call in calls for row in rows_in(call.answer)]
        self._by_name = {str(row["name"]): own_id for row, own_id in shown if isinstance(row.get("name"), str)}
        self._known: set[str] = set()
        self._next: deque[str] = deque()

    def expect(self, call: RecordedCall) -> None:
        """The next new ids are those of this call."""
        self._next.clear()
        if call.method != "POST" or call.status >= 300:
            return
        sent = call.body if isinstance(call.body, list) else [call.body]
        rows = [row for row in rows_in(call.answer) if "objectMetadataId" not in row]
        ids = [str(row["id"]) for row in rows]
        ids += [self._by_name.get(str(each.get("name")), f"f{str(uuid4())[1:]}") for each in sent[len(ids) :]]
        self._next.extend(each for each in ids if each not in self._known)
        self._known.update(ids)

    def __call__(self) -> str:
        return self._next.popleft() if self._next else f"f{str(uuid4())[1:]}"


class Session:
    """A sandbox whose clock shows the time of the recorded call that it gets."""

    def __init__(self, new_ids: RecordedIds, *, tokens: int | None = None) -> None:
        self._now = datetime(2026, 11, 21, 1, 38, tzinfo=UTC)
        self._new_ids = new_ids
        self.ids = Ids()
        self.twenty = SandboxTwenty(API_KEY, clock=SandboxClock(lambda: self._now), tokens=tokens)
        self._base = self.twenty.start()

    def replay(self, call: RecordedCall) -> Replayed:
        self._new_ids.expect(call)
        self._move_to(call)
        answer = self._send(call)
        given = _read(answer)
        status = deviations(call.status, answer.status_code, self.ids, "(status)")
        ordered = "depth=1" not in call.path
        return Replayed(call, (*status, *deviations(call.answer, given, self.ids, ordered=ordered)))

    def _send(self, call: RecordedCall) -> requests.Response:
        body = call.body if isinstance(call.body, str) else _json_text(call.body)
        data = None if body is None else self.ids.in_text(body).encode()
        return requests.request(
            call.method, self._base + self.ids.in_text(call.path), data=data, headers=_headers(call), timeout=30
        )

    def _move_to(self, call: RecordedCall) -> None:
        stamps = [row["updatedAt"] for row in rows_in(call.answer)]
        newest = max((from_stamp(stamp) for stamp in stamps), default=self._now)
        self._now = max(newest, self._now + timedelta(milliseconds=1))


def _headers(call: RecordedCall) -> dict[str, str]:
    """With the sandbox's key, where the recorded call carried one; it is left out of the recordings."""
    token = "wrong" if call.status == 401 or "bad-token" in call.name else API_KEY
    keys = {"Authorization": f"Bearer {token}"} if "Authorization" in call.headers else {}
    return call.headers | keys


def _json_text(body: Any) -> str | None:
    return None if body is None else json.dumps(whole_text(body))


def _read(answer: requests.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        return answer.text
