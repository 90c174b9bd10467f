"""Rows that a sweep read, as deliveries."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from schemas.delivery import NewDelivery
from schemas.payloads import storable
from schemas.told import SWEPT, told_of
from twenty_client.filters import and_, gte, is_not_null, is_null, or_


def changed_since(since: datetime | None, by: str = "updatedAt") -> str:
    """The filter of rows to read, soft-deleted ones too: those come only when it names `deletedAt`."""
    with_deleted = or_(is_null("deletedAt"), is_not_null("deletedAt"))
    return with_deleted if since is None else and_(gte(by, since), with_deleted)


def deliveries(
    singular: str, rows: Sequence[Mapping[str, Any]], began_at: datetime, *, anew: bool, metered: bool = False
) -> Iterator[NewDelivery]:
    """A delivery for each row, of the sweep that began then (Twenty's clock).

    With `anew` a row that an earlier sweep told is no duplicate. `metered`: a webhook should have told them.
    """
    suffix = f":{began_at.isoformat()}" if anew else ""
    for row in rows:
        swept = {"object": singular, "sweptAt": began_at.isoformat(), "metered": metered, "row": row}
        raw = json.dumps(swept, separators=(",", ":")).encode()
        told = told_of(singular, SWEPT, row)
        yield NewDelivery("sweep", _version_key(singular, row) + suffix, raw, {}, datetime.now(UTC), told)


def _version_key(singular: str, row: Mapping[str, Any]) -> str:
    """The same row read again in the overlap is a duplicate; another content under the same updatedAt is not."""
    content = json.dumps(row, sort_keys=True).encode()
    return storable(f"{singular}:{row.get('id')}:{row.get('updatedAt')}:{sha256(content).hexdigest()[:16]}")
