"""The receiver's commits live through the end of the connection that was kept for them."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, select, text

from ledger.engine import committed, connect_committing, connect_engine, transaction
from ledger.errors import LedgerUnavailable
from ledger.tables import deliveries

END_OTHERS = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name = 'repsync'
"""
INSERT = text("INSERT INTO deliveries (source, key, raw, headers, sent_at) VALUES ('twenty', :key, '', '{}', now())")


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """The receiver's."""
    engine = connect_committing(database_url)
    yield engine
    engine.dispose()


def _keys(database_url: str) -> list[str]:
    with transaction(connect_engine(database_url)) as connection:
        return list(connection.execute(select(deliveries.c.key)).scalars())


def _end_connections(database_url: str) -> None:
    with transaction(connect_engine(database_url)) as connection:
        assert connection.execute(text(END_OTHERS)).scalars().all() == [True]


def test_a_statement_is_committed_by_itself(engine: Engine, database_url: str) -> None:
    """Others see what it wrote while its connection is kept."""
    committed(engine, lambda connection: connection.execute(INSERT, {"key": "1"}))
    assert _keys(database_url) == ["1"]


def test_a_kept_connection_that_ended_is_not_noticed(engine: Engine, database_url: str) -> None:
    """After PostgreSQL ended it, as a restart does, the statement is given again on another one, and counts once."""
    committed(engine, lambda connection: connection.execute(INSERT, {"key": "1"}))
    _end_connections(database_url)
    committed(engine, lambda connection: connection.execute(INSERT, {"key": "2"}))
    assert sorted(_keys(database_url)) == ["1", "2"]


def test_a_connection_that_ends_each_time_is_the_ledgers_trouble(engine: Engine) -> None:
    """A statement is given twice, not for ever."""
    given = []

    def ends(connection: Connection) -> None:
        given.append(None)
        connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    with pytest.raises(LedgerUnavailable) as raised:
        committed(engine, ends)
    assert raised.value.is_away
    assert len(given) == 2


def test_what_the_ledger_refuses_is_given_once(engine: Engine) -> None:
    """A lock that is not to be had is no reason to try again at once."""
    given = []

    def refused(connection: Connection) -> None:
        given.append(None)
        connection.execute(text("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '55P03'; END $$"))

    with pytest.raises(LedgerUnavailable):
        committed(engine, refused)
    assert len(given) == 1
