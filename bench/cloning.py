"""A ledger filled by set-based SQL: what a few reps' work really left in it, copied under other reps' ids.

All ids of one rep's work begin with the same eight characters; a copy is that work with others in their place, in
every column, so all that belongs together still does, and `repsync audit` finds nothing off.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, Connection, Identity, LargeBinary, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from ledger.tables import (
    awards,
    badges,
    day_totals,
    deliveries,
    facts,
    members,
    rank_steps,
    record_versions,
    reps,
    writes,
)

_COPIED = (members, reps, record_versions, facts, awards, day_totals, rank_steps, badges, writes)
_COPIES = "generate_series(CAST(:first AS integer), CAST(:last AS integer)) AS copy"
_TO = "lpad(to_hex(copy), 8, '0') || '-'"


def clone(connection: Connection, prefix: str, copies: range) -> None:
    """Copies the work whose ids begin with `prefix` under each number of `copies`, as eight hex digits."""
    for table in _COPIED:
        _copy(connection, table, prefix, copies)


def clone_deliveries(connection: Connection, prefix: str, copies: range) -> None:
    """And the deliveries that told of it; of older work they are pruned and gone."""
    _copy(connection, deliveries, prefix, copies)


def _copy(connection: Connection, table: Table, prefix: str, copies: range) -> None:
    columns = [column for column in table.columns if not isinstance(column.server_default, Identity)]
    names = ", ".join(f'"{column.name}"' for column in columns)
    values = ", ".join(_renamed(column) for column in columns)
    source = f"FROM {table.name}, {_COPIES} WHERE {_whose(table)}"
    statement = f"INSERT INTO {table.name} ({names}) SELECT {values} {source}"
    span = {"prefix": f"{prefix}-", "like": f"%{prefix}-%", "first": copies.start, "last": copies.stop - 1}
    if copies:
        connection.execute(text(statement), span)


def _renamed(column: Column[Any]) -> str:
    """The column's value with the other id's beginning."""
    name = f'"{column.name}"'
    if isinstance(column.type, LargeBinary):
        return f"convert_to(replace(convert_from({name}, 'UTF8'), :prefix, {_TO}), 'UTF8')"
    if isinstance(column.type, JSONB):
        return f"replace({name}::text, :prefix, {_TO})::jsonb"
    if isinstance(column.type, Text):
        return f"replace({name}, :prefix, {_TO})"
    return name


def _whose(table: Table) -> str:
    owner: dict[str, str] = {"members": "id", "reps": "id", "record_versions": "record_id", "deliveries": "key"}
    return f"{owner.get(table.name, 'rep')} LIKE :like"


def numbered(copies: range) -> Sequence[str]:
    """The ids' beginnings of these copies."""
    return [f"{copy:08x}" for copy in copies]
