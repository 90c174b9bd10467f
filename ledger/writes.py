"""Writes: what was written to each rep's row in Twenty, and when."""

from collections.abc import Mapping

from sqlalchemy import Connection, insert

from ledger.tables import writes


def add_write(connection: Connection, rep: str, sequence: int, fields: Mapping[str, object]) -> None:
    """Twenty has taken these fields (by name, in the row's own form) as the write of this sequence number."""
    connection.execute(insert(writes).values(rep=rep, sequence=sequence, fields=dict(fields)))
