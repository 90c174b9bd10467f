"""A machine that vanishes without a word is noticed by the other end."""

import pytest
from sqlalchemy import text

from ledger.engine import autocommit, connect_engine, rolled_back, transaction

IDLE_S, INTERVAL_S, PROBES, SILENCE_MS = "20", "10", "3", "50000"


@pytest.mark.parametrize("pooled", [True, False])
def test_a_connection_looks_whether_the_server_is_there(database_url: str, pooled: bool) -> None:
    """So that a worker does not wait for ever for a server whose machine is gone."""
    engine = connect_engine(database_url, pooled=pooled)
    with transaction(engine) as connection:
        told = connection.connection.driver_connection.info.get_parameters()  # type: ignore[union-attr]
    engine.dispose()
    looks = [told[f"keepalives_{name}"] for name in ("idle", "interval", "count")]
    assert (looks, told["tcp_user_timeout"]) == ([IDLE_S, INTERVAL_S, PROBES], SILENCE_MS)


@pytest.mark.parametrize("pooled", [True, False])
def test_the_server_looks_whether_the_worker_is_there(database_url: str, pooled: bool) -> None:
    """So that it lets go of the digester's lock; over a socket file, as here, it keeps who asked, and no number."""
    engine = connect_engine(database_url, pooled=pooled)
    with autocommit(engine) as connection:
        asked = connection.execute(text("SELECT name FROM pg_settings WHERE name LIKE 'tcp%' AND source = 'session'"))
        names = set(asked.scalars())
    engine.dispose()
    assert names == {"tcp_keepalives_idle", "tcp_keepalives_interval", "tcp_keepalives_count", "tcp_user_timeout"}


def test_what_a_transaction_leaves_is_taken_back_as_ever(database_url: str) -> None:
    """Asking for it leaves the connection neither in a transaction nor without one where it needs one."""
    engine = connect_engine(database_url)
    with rolled_back(engine) as connection:
        connection.execute(text("CREATE TABLE of_the_tests ()"))
    with transaction(engine) as connection:
        assert connection.execute(text("SELECT to_regclass('of_the_tests')")).scalar() is None
