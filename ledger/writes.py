"""Writes: what was written to each rep's row in Twenty, when, and which deliveries it came of."""

from collections.abc import Mapping

from sqlalchemy import Connection, insert

from ledger.causes import Causes
from ledger.tables import writes


def add_write(
    connection: Connection, rep: str, sequence: int, fields: Mapping[str, object], causes: Causes | None
) -> None:
    """Twenty has taken these fields (by name, in the row's own form) as the write of this sequence number.

    `causes` is None for what time or the watermark changed.
    """
    ids = {"first_delivery_id": causes.first_id, "last_delivery_id": causes.last_id} if causes else {}
    connection.execute(insert(writes).values(rep=rep, sequence=sequence, fields=dict(fields), **ids))
