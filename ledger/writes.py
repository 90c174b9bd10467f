"""Writes: what was written to each rep's row in Twenty, when, and which deliveries it came of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, insert

from ledger.causes import Causes
from ledger.tables import writes


@dataclass(frozen=True, slots=True)
class Write:
    """Twenty has taken these fields (by name, in the row's own form) as the write of this sequence number.

    `causes` is None for what time or the watermark changed.
    """

    rep: str
    sequence: int
    fields: Mapping[str, object]
    causes: Causes | None


def add_writes(connection: Connection, new: Sequence[Write]) -> None:
    """Keeps them."""
    if new:
        connection.execute(insert(writes), [_row(each) for each in new])


def _row(new: Write) -> dict[str, object]:
    first, last = (new.causes.first_id, new.causes.last_id) if new.causes else (None, None)
    ids = {"first_delivery_id": first, "last_delivery_id": last}
    return {"rep": new.rep, "sequence": new.sequence, "fields": dict(new.fields), **ids}
