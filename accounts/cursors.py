"""Cursors of lists that are told newest first: a time and an id, opaque to whoever carries them."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime

Position = tuple[datetime, int]
_LARGEST_ID = 2**63 - 1


class InvalidCursor(ValueError):
    """A cursor that no page gave out."""


def cursor_of(at: datetime, row_id: int) -> str:
    """Names a place in the list."""
    return urlsafe_b64encode(json.dumps([at.isoformat(), row_id]).encode()).decode().rstrip("=")


def position_of(cursor: str) -> Position:
    """The place that a cursor names. Errors: `InvalidCursor`."""
    try:
        at, row_id = json.loads(urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4)))
        position = datetime.fromisoformat(at), row_id
    except (ValueError, TypeError, RecursionError):
        raise InvalidCursor("not a cursor of this list") from None
    if position[0].tzinfo is None or type(row_id) is not int or not 0 <= row_id <= _LARGEST_ID:
        raise InvalidCursor("not a cursor of this list")
    return position
