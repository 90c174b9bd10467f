"""Sends requests to Twenty: paced, gated, retried."""

import random
import re
from copy import copy
from typing import Protocol
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase
from tenacity import RetryCallState, Retrying

from twenty_client.call_count import count_call
from twenty_client.errors import RateLimited, TimedOut, TwentyError, Unreachable
from twenty_client.reply import Reply, read_reply
from twenty_client.request import Request
from twenty_client.retry import RetryDecision, decide_retry
from twenty_client.urgency import Urgency

_LONGEST_TOKEN_WAIT_S = 10.0
_CONNECT_TIMEOUT_S = 5.0
_KEY = re.compile(r"[!-~]+")
_HEADERS = {"Accept": "application/json", "Content-Type": "application/json", "User-Agent": "repsync"}


class Paces(Protocol):
    """Hands out the workspace's tokens (see `pacing.Pacer`)."""

    def acquire(self, max_wait_s: float, urgency: Urgency) -> None:
        """Take a token, after more urgent calls; raises BudgetSpent."""

    def announce(self, urgency: Urgency, wait_s: float) -> None:
        """Less urgent calls are to let one go first that comes within so many seconds."""

    def learn(self, *, refused: RateLimited | None = None, limit: int | None = None) -> None:
        """Twenty refused a call for rate, or said how many calls a minute the workspace has."""

    def left(self) -> float:
        """How much of the burst is free now, 0 to 1."""

    def share(self) -> int:
        """Calls a minute that we take now."""


class Gates(Protocol):
    """The pause all callers share (see `gate.Gate`)."""

    def check(self) -> None:
        """Raises Paused."""

    def report(self, error: TwentyError) -> None:
        """A call failed for good, or for now."""

    def report_success(self) -> None:
        """A call succeeded."""


class TwentyClient:
    """One workspace's REST API; not to be shared by threads.

    `base_url` is the server's address without `/rest`. `timeout_s` bounds the silence while waiting for an
    answer.
    """

    def __init__(self, base_url: str, api_key: str, *, pacer: Paces, gate: Gates, timeout_s: float = 20.0) -> None:
        self._base_url = _checked(base_url)
        self._pacer = pacer
        self._gate = gate
        self._urgency = Urgency.PUBLISH
        self._timeout_s = (min(_CONNECT_TIMEOUT_S, timeout_s), timeout_s)
        self._session = requests.Session()
        self._session.auth = _Bearer(api_key)
        self._session.headers.update(_HEADERS)

    def __repr__(self) -> str:
        return f"TwentyClient({self._base_url!r})"

    def at(self, urgency: Urgency) -> "TwentyClient":
        """The same client, whose calls let more urgent ones go first."""
        other = copy(self)
        other._urgency = urgency
        return other

    def budget_left(self) -> float:
        """How many calls can be made at once, as a part (0 to 1) of those after a quiet minute."""
        return self._pacer.left()

    def announce(self, wait_s: float) -> None:
        """Says that a call comes within so many seconds, which less urgent ones are to let go first."""
        self._pacer.announce(self._urgency, wait_s)

    def calls_a_minute(self) -> int:
        """How many calls a minute all our processes together make at most, as far as Twenty let us lately."""
        return self._pacer.share()

    def send(self, request: Request) -> Reply:
        """The reply to the request, or an error of `errors`.

        Tried at most 3 times, with waits of 5 s in all, besides at most 10 s for a token before each try; a
        POST that could create a row twice is tried once.
        """
        try:
            reply = _retrying(request)(self._try, request)
        except TwentyError as error:
            self._gate.report(error)
            raise
        if request.costs_token:
            self._gate.report_success()
        return reply

    def _try(self, request: Request) -> Reply:
        self._gate.check()
        if request.costs_token:
            self._pacer.acquire(_LONGEST_TOKEN_WAIT_S, self._urgency)
            count_call()
        answer = self._answer(request)
        try:
            reply = read_reply(request, answer.status_code, answer.headers, answer.content)
        except RateLimited as refused:
            self._pacer.learn(refused=refused, limit=refused.limit)
            raise
        if reply.limit is not None:
            self._pacer.learn(limit=reply.limit)
        return reply

    def _answer(self, request: Request) -> requests.Response:
        # `from None`: what requests raises quotes the address with the query's values.
        try:
            return self._session.request(
                request.method,
                self._base_url + request.target,
                data=request.payload,
                timeout=self._timeout_s,
                allow_redirects=False,
            )
        except requests.ReadTimeout:
            raise TimedOut("no answer in time", request_line=request.line) from None
        except requests.RequestException as error:
            raise Unreachable(type(error).__name__, request_line=request.line) from None


class _Bearer(AuthBase):
    """The API key as a header. As `auth`, so that a .netrc file cannot take its place.

    A key with a line break would be quoted by http.client's error, so it is refused here.
    """

    def __init__(self, api_key: str) -> None:
        if not _KEY.fullmatch(api_key):
            raise ValueError("the API key of Twenty must be printable ASCII without spaces")
        self._api_key = api_key

    def __call__(self, prepared: requests.PreparedRequest) -> requests.PreparedRequest:
        prepared.headers["Authorization"] = f"Bearer {self._api_key}"
        return prepared


def _checked(base_url: str) -> str:
    """The address without a slash at the end. Raises ValueError, without quoting it, if it is no server's."""
    url = base_url.rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query or parts.fragment:
        raise ValueError("the base URL of Twenty must look like https://crm.example.com")
    if parts.path.endswith("/rest"):
        raise ValueError("the base URL of Twenty must not end in /rest")
    return url


def _retrying(request: Request) -> Retrying:
    """Tenacity carrying out `decide_retry`, with one roll of the dice for a request."""
    jitter = random.random()  # noqa: S311
    return Retrying(
        retry=lambda state: request.repeatable and _decision(state, jitter).retry,
        wait=lambda state: _decision(state, jitter).wait_s,
        reraise=True,
    )


def _decision(state: RetryCallState, jitter: float) -> RetryDecision:
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, TwentyError):
        return decide_retry(error, state.attempt_number, jitter)
    return RetryDecision(False, 0.0, "nothing failed that a retry could mend")
