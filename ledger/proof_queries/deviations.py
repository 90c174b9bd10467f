"""Deviations: rows of the ledger that are not as they should be, counted all and shown some."""

from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import ColumnElement, Connection, Select, func, null, select

MOST_SHOWN = 50
Deviating: TypeAlias = Select[Any, Any, Any, Any]
Words: TypeAlias = ColumnElement[str]


class Deviation(NamedTuple):
    """What is (`found`) and what should be (`expected`) of a `subject` (`delivery 7`, a fact's key, `rep …`).

    `rep` is whose it is, None where nobody is known. Nothing in it is a text of a note.
    """

    subject: str
    found: str
    expected: str
    rep: str | None = None


class Deviations(NamedTuple):
    """How many there are, and the first 50 of them by subject."""

    total: int
    shown: tuple[Deviation, ...]


def deviating(subject: Words, found: Words, expected: Words, rep: Words | None = None) -> Deviating:
    """The query of rows that deviate, to be narrowed down to those."""
    whose = null() if rep is None else rep
    return select(subject.label("subject"), found.label("found"), expected.label("expected"), whose.label("rep"))


def deviations(connection: Connection, query: Deviating) -> Deviations:
    """Runs the query."""
    every = query.subquery()
    counted = select(every, func.count().over().label("count")).order_by(*every.c).limit(MOST_SHOWN)
    rows = connection.execute(counted).all()
    shown = tuple(Deviation(row.subject, row.found, row.expected, row.rep) for row in rows)
    return Deviations(int(rows[0][-1]) if rows else 0, shown)
