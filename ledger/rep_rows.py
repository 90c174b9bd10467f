"""What the ledger knows of the reps' rows in Twenty beside their figures: their ids, and what others did to them."""

from collections.abc import Collection, Mapping
from math import inf
from typing import Any

from sqlalchemy import Connection, Text, func, select, update

from ledger import audit
from ledger.recordsets import any_of, given, recordset
from ledger.tables import reps


def known_row_ids(connection: Connection, ids: Collection[str]) -> dict[str, str]:
    """The id of the row that was each rep's when it was last read or written."""
    row_id = reps.c.row["id"].astext
    found = connection.execute(select(reps.c.id, row_id.label("row_id")).where(reps.c.id.in_(ids), row_id.is_not(None)))
    return {row.id: row.row_id for row in found}


def since_published_s(connection: Connection) -> float:
    """How long ago a rep was published last; infinite if none ever was."""
    since = func.extract("epoch", func.clock_timestamp() - func.max(reps.c.published_at))
    passed_s = connection.execute(select(since)).scalar_one()
    return inf if passed_s is None else float(passed_s)


def clean_reps_of_rows(
    connection: Connection, owners: Collection[str], row_ids: Collection[str]
) -> dict[str, Mapping[str, Any]]:
    """Their rows as we know them ({} for none), of reps who wait for no publisher anyway.

    They are named by a row that was read, or one of these rows was theirs so far. Who never worked has none.
    """
    theirs = (reps.c.id == any_of(owners)) | (reps.c.row["id"].astext == any_of(row_ids))
    waits = (reps.c.dirty > reps.c.done) & reps.c.refused.is_(None)
    found = connection.execute(select(reps.c.id, reps.c.row).where(theirs, reps.c.dirty > 0, ~waits))
    return {row.id: row.row or {} for row in found}


def refused_reps(connection: Connection, ids: Collection[str]) -> set[str]:
    """Those of these reps whose row Twenty does not take."""
    refused = select(reps.c.id).where(reps.c.id.in_(ids), reps.c.refused.is_not(None))
    return set(connection.execute(refused).scalars())


_FOUND = recordset({"rep": Text(), "problem": Text()})
_PROBLEMS = (
    update(reps)
    .where(reps.c.id == _FOUND.c.rep, reps.c.row_problem.is_distinct_from(_FOUND.c.problem))
    .values(row_problem=_FOUND.c.problem)
    .returning(reps.c.id, reps.c.row_problem)
)


def remember_row_problems(connection: Connection, problems: Mapping[str, str | None]) -> None:
    """What was found wrong with each rep's row at the last look (None: nothing); a new problem gets an audit row."""
    found = given([{"rep": rep, "problem": problem} for rep, problem in problems.items()])
    for row in connection.execute(_PROBLEMS, found):
        if row.row_problem:
            after = {"problem": row.row_problem}
            subject = f"row:{row.id}"
            audit.add(connection, actor="publisher", action="row problem", subject=subject, rep=row.id, after=after)


def give_way(connection: Connection, ids: Collection[str]) -> None:
    """These reps stay dirty, and wait behind those that wait now."""
    connection.execute(update(reps).where(reps.c.id.in_(ids)).values(dirty_at=func.clock_timestamp()))
