"""Connections that are kept between transactions."""

import os
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text

from ledger.engine import connect_engine, transaction
from ledger.errors import LedgerUnavailable
from ledger.locks import held_alone

LOCK = "a lock of the tests"


@pytest.fixture
def pooled(database_url: str) -> Iterator[Engine]:
    engine = connect_engine(database_url, pooled=True)
    yield engine
    engine.dispose()


def test_transactions_of_one_process_share_a_connection(pooled: Engine) -> None:
    """Connecting costs more than most of what is asked."""
    assert _served_by(pooled) == _served_by(pooled)


def test_a_forked_process_leaves_its_parents_connections_alone(pooled: Engine) -> None:
    """RQ forks one for each job: two that spoke through one connection would read each other's answers."""
    before = _served_by(pooled)
    reading, writing = os.pipe()
    if not (child := os.fork()):
        try:
            os.write(writing, str(_served_by(pooled)).encode())
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    os.close(writing)
    assert int(os.read(reading, 20)) != before == _served_by(pooled)


def test_a_lock_that_could_not_be_let_go_ends_with_its_connection(pooled: Engine, database_url: str) -> None:
    """In the pool the connection would keep it, and nobody could publish any more."""
    with held_alone(pooled, LOCK) as held:
        assert held
        held.lasts = lambda: False  # type: ignore[method-assign]
    with held_alone(connect_engine(database_url), LOCK) as held:
        assert held


def _served_by(engine: Engine) -> int:
    """The process of PostgreSQL's at the other end."""
    with transaction(engine) as connection:
        return int(connection.execute(text("SELECT pg_backend_pid()")).scalar_one())


def test_a_pool_that_stays_empty_is_told_as_any_ledger_that_is_away(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A receiver whose threads all wait for locked rows answers 503, which is sent again, and not a bug's 500."""
    monkeypatch.setattr("ledger.engine.CONNECT_TIMEOUT_S", 0)
    engine = connect_engine(database_url, pooled=True)
    taken = [engine.connect() for _ in range(15)]
    with pytest.raises(LedgerUnavailable) as refused, transaction(engine):
        pass
    assert refused.value.is_away
    for connection in taken:
        connection.close()
    engine.dispose()
