"""Which error an answer of Twenty's with a status of 300 or more is. No I/O.

Twenty's error body is `{"statusCode", "error", "messages": [...], "code"?}`; a few answers have `message`, a
string or a list, in place of `messages`.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

from twenty_client.errors import (
    Answered,
    Duplicate,
    NotFound,
    RateLimited,
    ServerFault,
    TwentyError,
    Unauthorized,
    ValidationFailed,
    WrongAddress,
)
from twenty_client.known_messages import Kind, understand

_PERMANENT_CODES = frozenset({"FIELD_NOT_FOUND", "TOO_MANY_RECORDS_TO_UPDATE", "METADATA_VALIDATION_ERROR"})
# Not a matter of time: the method, the size or the form of the request itself is refused.
_PERMANENT_STATUSES = frozenset({405, 406, 411, 413, 414, 415, 422, 431})
_CODE = re.compile(r"\w[\w ]{0,59}")
_MOST_MESSAGES = 5
_LONGEST_RETRY_AFTER_S = 3600.0


@dataclass(frozen=True)
class _Refusal:
    messages: tuple[str, ...]
    known: tuple[str, ...]
    kinds: frozenset[Kind]
    codes: frozenset[str]

    @property
    def text(self) -> str:
        return "; ".join(self.known)


def refusal(request_line: str, status: int, headers: Mapping[str, str], body: bytes) -> TwentyError:
    """The error for an answer with `status` >= 300.

    `headers` have lower-case names. A 400 is permanent only when it holds a sentence or a code of Twenty's
    that is known to speak about the request.
    """
    said = _error_body(body)
    read = _read(said)
    answered: Answered = {"status": status, "code": _code(said), "request_line": request_line}
    if status == 429:
        return RateLimited(read.text, retry_after_s=_retry_after_s(headers), limit=stated_limit(headers), **answered)
    if status == 404:
        return _not_found(read, answered)
    if status == 400:
        return _bad_request(read, answered)
    return _by_status(status, read, answered)


def _by_status(status: int, read: _Refusal, answered: Answered) -> TwentyError:
    if status < 400:
        return WrongAddress("redirected to another address", **answered)
    if status in (401, 403):
        return Unauthorized(read.text or "refused", **answered)
    if status in _PERMANENT_STATUSES:
        return ValidationFailed("the form of the request was refused", messages=read.known, **answered)
    return ServerFault(read.text or "server fault", **answered)


def _bad_request(read: _Refusal, answered: Answered) -> TwentyError:
    if "PERMISSION_DENIED" in read.codes or Kind.DENIED in read.kinds:
        return Unauthorized(read.text or "permission denied", **answered)
    if Kind.DUPLICATE in read.kinds:
        return Duplicate(read.text, **answered)
    if Kind.INVALID in read.kinds or read.codes & _PERMANENT_CODES:
        return ValidationFailed("the request was refused", messages=read.known, **answered)
    return ServerFault(read.text or "a 400 without a known validation message", **answered)


def _not_found(read: _Refusal, answered: Answered) -> TwentyError:
    if "Record not found" in read.messages:
        return NotFound("Record not found", **answered)
    if any(message.startswith("Cannot ") for message in read.messages):
        return WrongAddress("no such route", **answered)
    # A proxy says 404 in its own words while Twenty restarts behind it.
    return ServerFault("a 404 that is not Twenty's", **answered)


def _retry_after_s(headers: Mapping[str, str]) -> float | None:
    """`Retry-After` in seconds; a date is compared with the answer's own `Date`, never with our clock."""
    stated = headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d{1,9}(\.\d{1,9})?", stated):
        return min(float(stated), _LONGEST_RETRY_AFTER_S)
    try:
        until_at, sent_at = parsedate_to_datetime(stated), parsedate_to_datetime(headers.get("date", ""))
        return min(max((until_at - sent_at).total_seconds(), 0.0), _LONGEST_RETRY_AFTER_S)
    except (ValueError, TypeError):
        return None


def stated_limit(headers: Mapping[str, str]) -> int | None:
    """`X-RateLimit-Limit` (newer Twenty, only read in its source): calls a minute of the whole workspace."""
    stated = headers.get("x-ratelimit-limit", "").strip()
    return int(stated) if re.fullmatch(r"[1-9]\d{0,5}", stated) else None


def _error_body(body: bytes) -> Mapping[str, Any]:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _read(said: Mapping[str, Any]) -> _Refusal:
    messages = _messages(said)
    understood = [found for message in messages if (found := understand(message))]
    return _Refusal(
        messages,
        tuple(each.text for each in understood),
        frozenset(each.kind for each in understood),
        frozenset({str(said.get("code")), str(said.get("error"))}),
    )


def _messages(said: Mapping[str, Any]) -> tuple[str, ...]:
    found = said.get("messages") or said.get("message")
    listed = found if isinstance(found, list) else [found]
    return tuple(each for each in listed[:_MOST_MESSAGES] if isinstance(each, str))


def _code(said: Mapping[str, Any]) -> str | None:
    word = said.get("code") or said.get("error")
    return word if isinstance(word, str) and _CODE.fullmatch(word) else None
