"""Instants that senders sign: hostile text until it is read."""

import re
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# The bounds keep every value within the years datetime can hold (up to 5138).
_SECONDS = re.compile(r"[1-9][0-9]{0,10}")
_MILLISECONDS = re.compile(r"[1-9][0-9]{0,13}")


def read_milliseconds(text: str) -> datetime | None:
    """The instant that many ms after 1970; None unless 1 to 14 ASCII digits without a leading zero."""
    return _EPOCH + timedelta(milliseconds=int(text)) if _MILLISECONDS.fullmatch(text) else None


def read_seconds(text: str) -> datetime | None:
    """The instant that many s after 1970; None unless 1 to 11 ASCII digits without a leading zero."""
    return _EPOCH + timedelta(seconds=int(text)) if _SECONDS.fullmatch(text) else None


def is_stale(sent_at: datetime, now: datetime, tolerance_s: int) -> bool:
    """Whether `sent_at` is more than `tolerance_s` before or after `now`."""
    return abs((now - sent_at).total_seconds()) > tolerance_s
