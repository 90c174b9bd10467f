"""What can go wrong when Twenty is called: one tree, transient or permanent.

No error carries a token, a query value or a row's value: the request line names the query's keys only, and
messages are rebuilt from Twenty's known sentences (see `known_messages`).
"""

from typing import TypedDict, Unpack


class Answered(TypedDict, total=False):
    """What is known of the call and its answer."""

    status: int | None
    code: str | None
    request_line: str


class TwentyError(Exception):
    """A call to Twenty failed.

    `message` is short and safe to log; `status` is the HTTP status, None if there was no answer; `code` is
    Twenty's own word for the failure; `request_line` is like `GET /rest/notes?filter&limit`.
    """

    def __init__(self, message: str = "", **answered: Unpack[Answered]) -> None:
        super().__init__(message)
        self.message = message
        self.status = answered.get("status")
        self.code = answered.get("code")
        self.request_line = answered.get("request_line", "")

    def __str__(self) -> str:
        parts = (self.status and str(self.status), self.code, self.message)
        said = " ".join(part for part in parts if part)
        return f"{said} ({self.request_line})" if self.request_line else said


class TransientError(TwentyError):
    """The same request may succeed later."""


class PermanentError(TwentyError):
    """The same request will fail again."""


class Unreachable(TransientError):
    """No connection, or it was cut before the whole answer came: a write may have been done."""


class TimedOut(TransientError):
    """The connection stood, and no answer came in time: a write may have been done."""


class RateLimited(TransientError):
    """429: the workspace's tokens are spent, nothing was done.

    `retry_after_s` and `limit` (calls a minute of the whole workspace) are None if none was named.
    """

    def __init__(
        self,
        message: str = "",
        *,
        retry_after_s: float | None = None,
        limit: int | None = None,
        **answered: Unpack[Answered],
    ) -> None:
        super().__init__(message or "too many requests", **answered)
        self.retry_after_s = retry_after_s
        self.limit = limit


class ServerFault(TransientError):
    """A 5xx, a 400 that is not a known validation message, or an answer that makes no sense."""


class Paused(TransientError):
    """Not sent: every caller of Twenty waits for `until_s` more seconds."""

    def __init__(self, until_s: float) -> None:
        super().__init__(f"calls to Twenty pause for {until_s:.1f} s")
        self.until_s = until_s
        self.args = (until_s,)  # what pickle calls the class with


class BudgetSpent(TransientError):
    """Not sent: the next token of our share is free in `wait_s` seconds, too long for the caller."""

    def __init__(self, wait_s: float) -> None:
        super().__init__(f"our share of Twenty's calls is spent for {wait_s:.1f} s")
        self.wait_s = wait_s
        self.args = (wait_s,)  # what pickle calls the class with


class Unauthorized(PermanentError):
    """401, 403, or `PERMISSION_DENIED`: the API key is wrong, expired, or its role lacks a permission."""


class NotFound(PermanentError):
    """404 "Record not found": no such row, or it is soft-deleted."""


class WrongAddress(PermanentError):
    """A redirect, or a 404 for the route itself: the base URL does not lead to Twenty's REST API."""


class ValidationFailed(PermanentError):
    """Twenty refused what was sent. `messages` are its own sentences, without the values it quoted."""

    def __init__(self, message: str = "", *, messages: tuple[str, ...] = (), **answered: Unpack[Answered]) -> None:
        super().__init__("; ".join(messages) or message, **answered)
        self.messages = messages


class Duplicate(PermanentError):
    """A unique field's value, or an id, is taken (soft-deleted rows keep theirs)."""
