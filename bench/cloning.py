"""A ledger filled by set-based SQL: what a few reps' work really left in it, copied under other reps' ids.

All ids of one rep's work begin with the same eight characters; a copy is that work with others in their place, in
every column, so all that belongs together still does, and `repsync audit` finds nothing off. Indexes are made anew
behind the rows, as that is quicker.
"""

from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Column, Computed, Connection, Engine, Identity, LargeBinary, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from ledger.engine import autocommit, transaction
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

# The others point to reps; the longest to fill come first.
_FIRST, _THEN = (members, reps), (record_versions, facts, awards, deliveries, day_totals, rank_steps, badges, writes)
_AT_A_TIME = 2
_COPIES = "generate_series(CAST(:first AS integer), CAST(:last AS integer)) AS copy"
_TO = "lpad(to_hex(copy), 8, '0') || '-'"
_OWNER = {"members": "id", "reps": "id", "record_versions": "record_id", "deliveries": "key", "facts": "key"}
_INDEXES = text("""
    SELECT i.relname AS name, pg_get_indexdef(x.indexrelid) AS made, pg_get_constraintdef(c.oid) AS constrained
    FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
    LEFT JOIN pg_constraint c ON c.conindid = x.indexrelid AND c.contype IN ('p', 'u')
    WHERE x.indrelid = to_regclass(:table)
""")


@dataclass(frozen=True, slots=True)
class Copies:
    """The work whose ids begin with `prefix`, under each of these numbers as eight hex digits.

    The deliveries that told of it are kept of the first `told` alone; of older work they are pruned and gone.
    """

    prefix: str
    numbers: range
    told: int


def fill(engine: Engine, copied: Collection[Copies]) -> None:
    """Makes the copies, and fresh statistics of what is there then."""
    for table in _FIRST:
        _fill_table(engine, copied, table)
    with ThreadPoolExecutor(_AT_A_TIME) as pool:
        list(pool.map(partial(_fill_table, engine, copied), _THEN))
    with autocommit(engine) as connection:
        connection.execute(text("VACUUM ANALYZE"))


def _fill_table(engine: Engine, copied: Collection[Copies], table: Table) -> None:
    with transaction(engine) as connection, _indexes_made_behind(connection, table):
        for copies in copied:
            _copy(connection, table, copies)


@contextmanager
def _indexes_made_behind(connection: Connection, table: Table) -> Iterator[None]:
    """But for those of the tables that others point to, which are small."""
    indexes = [] if table in _FIRST else connection.execute(_INDEXES, {"table": table.name}).all()
    for name, _, constrained in indexes:
        dropped = f"ALTER TABLE {table.name} DROP CONSTRAINT {name}" if constrained else f"DROP INDEX {name}"
        connection.execute(text(dropped))
    yield
    connection.execute(text("SET LOCAL maintenance_work_mem = '256MB'"))
    for name, made, constrained in indexes:
        again = f"ALTER TABLE {table.name} ADD CONSTRAINT {name} {constrained}" if constrained else made
        connection.execute(text(again))


def _copy(connection: Connection, table: Table, copies: Copies) -> None:
    columns = [column for column in table.columns if not isinstance(column.server_default, Identity | Computed)]
    names = ", ".join(f'"{column.name}"' for column in columns)
    values = ", ".join(_renamed(column) for column in columns)
    source = f"FROM {table.name}, {_COPIES} WHERE {_OWNER.get(table.name, 'rep')} LIKE :like"
    statement = f"INSERT INTO {table.name} ({names}) SELECT {values} {source}"
    numbers = copies.numbers[: copies.told] if table is deliveries else copies.numbers
    span = {"prefix": f"{copies.prefix}-", "like": f"%{copies.prefix}-%", "first": numbers.start}
    if numbers:
        connection.execute(text(statement), {**span, "last": numbers.stop - 1})


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


def numbered(copies: range) -> Sequence[str]:
    """The ids' beginnings of these copies."""
    return [f"{copy:08x}" for copy in copies]
