"""Awards for people to look at: a rep's, page by page, and those of one call. Reads only."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select, tuple_

from ledger.recordsets import any_of
from ledger.tables import awards


@dataclass(frozen=True, slots=True)
class KeptAward:
    """An award as it was inserted; `published_at` is when Twenty had it. `cause` is the fact's key.

    `noticed_at` is when the delivery that brought it was received.
    """

    id: int
    fact_key: str
    reason: str
    cause: str
    rep: str
    amount: int
    basis: str
    rules_version: str
    occurred_at: datetime
    noticed_at: datetime
    awarded_at: datetime
    published_at: datetime | None


Position = tuple[datetime, int]


def awards_before(connection: Connection, rep: str, before: Position | None, limit: int) -> list[KeptAward]:
    """The rep's awards newest first, behind the one at `before` = (awarded_at, id) if given."""
    c = awards.c
    wanted: list[ColumnElement[bool]] = [c.rep == rep]
    if before is not None:
        wanted.append(tuple_(c.awarded_at, c.id) < before)
    newest = select(awards).where(*wanted).order_by(c.awarded_at.desc(), c.id.desc()).limit(limit)
    return [_kept(row) for row in connection.execute(newest)]


def awards_under(connection: Connection, keys: Collection[str]) -> list[KeptAward]:
    """The awards inserted under these keys (a call's, an opportunity's, an appointment's), oldest first."""
    c = awards.c
    found = select(awards).where(c.fact_key.in_(keys)).order_by(c.awarded_at, c.id)
    return [_kept(row) for row in connection.execute(found)]


def xp_since(
    connection: Connection, reps: Collection[str], causes: Collection[str], since_at: datetime
) -> dict[str, int]:
    """The XP that each of these reps was awarded since then because of these facts (keys)."""
    c = awards.c
    ours = (c.rep == any_of(reps)) & (c.cause == any_of(causes))
    paid = select(c.rep, func.sum(c.amount)).where(ours, c.awarded_at >= since_at).group_by(c.rep)
    return {rep: int(xp) for rep, xp in connection.execute(paid)}


def _kept(row: Any) -> KeptAward:
    return KeptAward(**{name: getattr(row, name) for name in KeptAward.__slots__})
