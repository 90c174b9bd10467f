"""Where a backfill stands, and whether the history was ever read whole. Apart from the sweep's cursor."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, Row, func, select, update

from ledger.locks import is_held
from ledger.tables import awards, backfill_state, record_versions, sweep_state

BACKFILL = "backfill"


@dataclass(frozen=True, slots=True)
class BackfillPosition:
    """How far a backfill has come: it started at `started_at` (our clock), `began_at` (Twenty's clock).

    It reads what happened since the day `since_on`, or everything (None). `object` is the plural that comes next,
    `after` the cursor of the last page that is stored; `rows` and `calls` count those of all its runs.
    """

    started_at: datetime
    began_at: datetime
    since_on: date | None
    object: str
    after: str | None = None
    rows: int = 0
    calls: int = 0


@dataclass(frozen=True, slots=True)
class WhatCame:
    """What came of a backfill: versions that were not known, and awards for what happened before it began."""

    versions: int
    xp_paid: int
    awards_paid: int
    awards_adopted: int


def unfinished_backfill(connection: Connection) -> BackfillPosition | None:
    """The backfill that was cut off, if one was."""
    row = _state(connection)
    if row.began_at is None:
        return None
    return BackfillPosition(
        row.started_at, row.began_at, row.since_on, row.object, row.after, rows=row.rows, calls=row.calls
    )


def only_since_on(connection: Connection) -> date | None:
    """The day from which on the history was read, where a backfill that was bounded came before any sweep."""
    found: date | None = _state(connection).only_since_on
    return found


def backfill_runs(connection: Connection) -> bool:
    """Whether a process reads the history now."""
    return is_held(connection, BACKFILL)


def bounded_before_sweeps(connection: Connection) -> date | None:
    """The day since which a backfill reads, or did when it was cut off, where nothing was ever swept.

    A sweep would read the whole history then, which can't be taken back.
    """
    unfinished = unfinished_backfill(connection)
    swept = connection.execute(select(sweep_state.c.cursor_at)).scalar() is not None
    return None if unfinished is None or swept else unfinished.since_on


def begin_backfill(connection: Connection, began_at: datetime, since_on: date | None, first: str) -> BackfillPosition:
    """A new one, in the place of one that was cut off; `first` is the plural that comes first."""
    started_at = connection.execute(select(func.clock_timestamp())).scalar_one()
    position = BackfillPosition(started_at, began_at, since_on, first)
    remember_backfill(connection, position)
    return position


def remember_backfill(connection: Connection, position: BackfillPosition) -> None:
    """Where one that is cut off goes on."""
    connection.execute(
        update(backfill_state).values(
            started_at=position.started_at,
            began_at=position.began_at,
            since_on=position.since_on,
            object=position.object,
            after=position.after,
            rows=position.rows,
            calls=position.calls,
        )
    )


def finish_backfill(connection: Connection, since_on: date | None, *, swept_before: bool) -> None:
    """All of it is stored; it went further back than what was known, or not."""
    known_on = only_since_on(connection)
    whole = since_on is None or (swept_before and known_on is None)
    bound = None if whole or since_on is None else min(known_on or since_on, since_on)
    connection.execute(update(backfill_state).values(began_at=None, only_since_on=bound))


def what_came(connection: Connection, position: BackfillPosition) -> WhatCame:
    """Counts what was first seen and awarded since the backfill started; reads both tables through."""
    versions = connection.execute(
        select(func.count()).where(
            record_versions.c.first_seen_at >= position.started_at, record_versions.c.updated_at <= position.began_at
        )
    ).scalar_one()
    given = connection.execute(
        select(awards.c.basis, func.count().label("awards"), func.sum(awards.c.amount).label("xp"))
        .where(awards.c.awarded_at >= position.started_at, awards.c.occurred_at <= position.began_at)
        .group_by(awards.c.basis)
    )
    by_basis: Mapping[str, Row[tuple[str, int, int]]] = {row.basis: row for row in given}
    paid, adopted = by_basis.get("paid"), by_basis.get("adopted")
    return WhatCame(versions, int(paid.xp) if paid else 0, paid.awards if paid else 0, adopted.awards if adopted else 0)


def _state(connection: Connection) -> Row[tuple[object, ...]]:
    return connection.execute(select(backfill_state)).one()
