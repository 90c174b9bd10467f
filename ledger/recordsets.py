"""Recordsets: rows handed to a statement as one value of JSON, so that its text is the same however many there are.

SQLAlchemy compiles a statement with a value for each column of each row anew for every number of rows, and PostgreSQL
parses it anew: both cost more than the rows themselves.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ARRAY, JSON, ColumnElement, Text, bindparam, cast, column, func, literal
from sqlalchemy import all_ as all_of_array
from sqlalchemy import any_ as any_of_array
from sqlalchemy.sql.selectable import TableValuedAlias
from sqlalchemy.types import TypeEngine


def recordset(columns: Mapping[str, TypeEngine[Any]]) -> TableValuedAlias:
    """What `given(rows)` holds as a table, in the rows' order, for a statement that is made once."""
    rows = func.json_to_recordset(cast(bindparam("rows", type_=Text), JSON))
    typed = (column(name, type_) for name, type_ in columns.items())
    return rows.table_valued(*typed).render_derived("given", with_types=True)


def given(rows: Sequence[Mapping[str, object]]) -> dict[str, str]:
    """The parameter of a statement from a `recordset`."""
    return {"rows": json.dumps(rows, default=_plain)}


def values_of(thing: object, names: Iterable[str]) -> dict[str, object]:
    """A row of these attributes; `dataclasses.asdict` copies each value."""
    return {name: getattr(thing, name) for name in names}


def any_of(texts: Collection[str]) -> ColumnElement[Any]:
    """For `column == any_of(texts)`: one parameter, unlike `in_`, which makes one of each text."""
    return any_of_array(literal(list(texts), ARRAY(Text)))


def all_of(texts: Collection[str]) -> ColumnElement[Any]:
    """For `column != all_of(texts)`: none of them."""
    return all_of_array(literal(list(texts), ARRAY(Text)))


def _plain(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"not for a recordset: {type(value).__name__}")
