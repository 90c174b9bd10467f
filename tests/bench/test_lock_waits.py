"""Who waits for whose locks."""

import threading

from sqlalchemy import text

from bench.lock_waits import LOOK_EVERY_S, lock_waits
from ledger.engine import connect_engine, transaction

LOCK = "SELECT pg_advisory_xact_lock(7)"


def test_a_wait_is_counted_and_told_with_its_statement(database_url: str) -> None:
    """The one that holds the lock is at work as well, and waits for nothing."""
    engine = connect_engine(database_url)

    def waits() -> None:
        with transaction(engine) as connection:
            connection.execute(text(LOCK))

    with lock_waits(engine) as seen:
        waiting = threading.Thread(target=waits)
        with transaction(engine) as connection:
            connection.execute(text(LOCK))
            waiting.start()
            while not seen.waiting.total():
                waiting.join(LOOK_EVERY_S)
        waiting.join()
    assert 0 < seen.share < 1
    assert seen.most == f"100% of it: advisory in {LOCK}"


def test_where_nobody_waits_nothing_is_told(database_url: str) -> None:
    """A look that finds nobody at work divides by nothing."""
    with lock_waits(connect_engine(database_url)) as seen:
        pass
    assert (seen.share, seen.most) == (0.0, "")
