"""Why a request was turned away, and how often: counted by source and reason."""

from collections import Counter
from collections.abc import Callable, Mapping
from enum import StrEnum
from http import HTTPStatus
from threading import Lock
from types import MappingProxyType


class Rejection(StrEnum):
    """A reason to turn a delivery or a question away; the value is the `error` code of the answer."""

    TOO_LARGE = "too_large"
    INCOMPLETE = "incomplete_body"
    NOT_CONFIGURED = "not_configured"
    BAD_HEADERS = "bad_headers"
    BAD_SIGNATURE = "bad_signature"
    STALE = "stale"
    NOT_JSON = "not_json"
    LEDGER_UNAVAILABLE = "ledger_unavailable"
    BAD_TOKEN = "bad_token"  # noqa: S105 - a code, not a token
    FORBIDDEN = "forbidden"
    BAD_QUERY = "bad_query"
    UNKNOWN_REP = "unknown_rep"
    BUSY = "busy"
    TWENTY_UNAVAILABLE = "twenty_unavailable"
    REFUSED_BY_TWENTY = "refused_by_twenty"


STATUS: Mapping[Rejection, HTTPStatus] = MappingProxyType(
    {
        Rejection.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        Rejection.INCOMPLETE: HTTPStatus.BAD_REQUEST,
        Rejection.NOT_CONFIGURED: HTTPStatus.SERVICE_UNAVAILABLE,
        Rejection.BAD_HEADERS: HTTPStatus.UNAUTHORIZED,
        Rejection.BAD_SIGNATURE: HTTPStatus.UNAUTHORIZED,
        Rejection.STALE: HTTPStatus.UNAUTHORIZED,
        Rejection.NOT_JSON: HTTPStatus.BAD_REQUEST,
        Rejection.LEDGER_UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
        Rejection.BAD_TOKEN: HTTPStatus.UNAUTHORIZED,
        Rejection.FORBIDDEN: HTTPStatus.FORBIDDEN,
        Rejection.BAD_QUERY: HTTPStatus.BAD_REQUEST,
        Rejection.UNKNOWN_REP: HTTPStatus.NOT_FOUND,
        Rejection.BUSY: HTTPStatus.CONFLICT,
        Rejection.TWENTY_UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
        Rejection.REFUSED_BY_TWENTY: HTTPStatus.BAD_GATEWAY,
    }
)


class Refused(Exception):
    """Ends a request with the reason's status; `detail` is answered and holds nothing of theirs."""

    def __init__(self, reason: Rejection, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


class RejectionCounts:
    """Counts of one process since it started, safe to use from many threads. `note` hears of each, too."""

    def __init__(self, note: Callable[[str, Rejection], None] = lambda *_: None) -> None:
        self._note = note
        self._lock = Lock()
        self._counts: Counter[tuple[str, Rejection]] = Counter()

    def add(self, source: str, reason: Rejection) -> None:
        """Counts one rejection."""
        with self._lock:
            self._counts[source, reason] += 1
        self._note(source, reason)

    def snapshot(self) -> dict[str, dict[str, int]]:
        """The counts so far: {source: {reason: number}}; what never happened is absent."""
        with self._lock:
            counted = sorted(self._counts.items())
        by_source: dict[str, dict[str, int]] = {}
        for (source, reason), number in counted:
            by_source.setdefault(source, {})[reason.value] = number
        return by_source
