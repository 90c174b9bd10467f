"""Whose standing is computed anew as the watermark moves."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, text

from ledger.dirty import mark_dirty_by_watermark
from ledger.engine import connect_engine, rolled_back

BEFORE, NOW = datetime(2026, 11, 20, 10, tzinfo=UTC), datetime(2026, 11, 20, 10, 5, tzinfo=UTC)
LONG_AGO = "2026-01-01T00:00:00+00:00"
INSIDE = ("2026-11-20T10:00:00.001+00:00", "2026-11-20T10:05:00+00:00", "2026-11-20T11:03:00+01:00")
OUTSIDE = ("2026-11-20T10:00:00+00:00", "2026-11-20T10:05:00.001+00:00", "2026-11-20T10:03:00+01:00")


def _keep(connection: Connection, rep: str, **said: str) -> None:
    given = {"key": f"note:{rep}", "kind": "call", "rep": rep, "occurred_at": LONG_AGO, "live": "true"} | said
    names, values = ", ".join(given), ", ".join(f"'{value}'" for value in given.values())
    connection.execute(text("INSERT INTO reps (id) VALUES (:rep)"), {"rep": rep})
    connection.exec_driver_sql(f"INSERT INTO facts ({names}, noticed_at) VALUES ({values}, now())")


def _dirty(connection: Connection, before: datetime | None = BEFORE) -> set[str]:
    mark_dirty_by_watermark(connection, before, NOW)
    return set(connection.execute(text("SELECT id FROM reps WHERE dirty > done")).scalars())


def _states(*untils: str) -> str:
    return json.dumps([{"until": until} for until in untils])


def _kept_at(column: str, times: Iterable[str], connection: Connection, name: str) -> set[str]:
    reps = {f"{name}-{n}": at for n, at in enumerate(times)}
    for rep, at in reps.items():
        _keep(connection, rep, **{column: _states(at) if column == "earlier" else at})
    return set(reps)


@pytest.mark.parametrize("column", ["occurred_at", "met_at", "held_at", "won_at", "earlier"])
def test_what_happened_or_changed_in_between_marks_its_rep(database_url: str, column: str) -> None:
    """The old watermark is behind it, the new one is reached; in whatever offset a change's time is kept."""
    with rolled_back(connect_engine(database_url)) as connection:
        inside = _kept_at(column, INSIDE, connection, "inside")
        _kept_at(column, OUTSIDE, connection, "outside")
        assert _dirty(connection) == inside


def test_a_change_in_between_counts_where_another_followed(database_url: str) -> None:
    """A record that was changed again behind the watermark was changed before it too."""
    with rolled_back(connect_engine(database_url)) as connection:
        _keep(connection, "again", earlier=_states(LONG_AGO, INSIDE[0], "2026-11-20T12:00:00+00:00"))
        _keep(connection, "later", earlier=_states(LONG_AGO, "2026-11-20T12:00:00+00:00"))
        assert _dirty(connection) == {"again"}


def test_what_waits_and_gaps_are_looked_at_each_time(database_url: str) -> None:
    """However long ago it happened; of whom nothing waits nothing is done."""
    with rolled_back(connect_engine(database_url)) as connection:
        _keep(connection, "unpaid", unpaid="true")
        _keep(connection, "gap")
        _keep(connection, "settled")
        connection.execute(text("UPDATE reps SET gap_behind_at = now() WHERE id = 'gap'"))
        assert _dirty(connection) == {"unpaid", "gap"}


def test_the_first_watermark_passes_all_that_was(database_url: str) -> None:
    """Everybody who ever did something up to then."""
    with rolled_back(connect_engine(database_url)) as connection:
        _keep(connection, "old")
        _keep(connection, "new", occurred_at="2026-11-20T10:05:01+00:00")
        _keep(connection, "changed", occurred_at="2026-11-21T00:00:00+00:00", earlier=_states(LONG_AGO))
        assert _dirty(connection, before=None) == {"old", "changed"}
