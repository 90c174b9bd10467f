"""The receiver's connections: whoever waits for a row takes none from what commits."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from embedded_servers import wait_until
from sqlalchemy import Engine, text

from ledger.engine import connect_engine, transaction
from ledger.inbox import claim
from runtime.bootstrap import receiver_parts
from runtime.settings import Settings
from schemas.delivery import NewDelivery

POOL = 15  # five that are kept, and ten more
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


def _delivery(key: str) -> NewDelivery:
    return NewDelivery("redhawk", key, b"{}", {}, datetime.now(UTC))


def _waiting(engine: Engine) -> int:
    with transaction(engine) as connection:
        return int(connection.execute(text(WAITING)).scalar_one())


def test_repeats_that_wait_for_a_digest_leave_connections_to_what_is_new(database_url: str, redis_url: str) -> None:
    """As many as a pool has wait for the row of their first, and another delivery is committed beside them."""
    twenty = {"twenty_url": "https://crm.example.com", "twenty_api_key": "key"}
    parts = receiver_parts(Settings(database_url=database_url, redis_url=redis_url, **twenty))
    parts.store_new([_delivery("1")])
    engine = connect_engine(database_url)
    with ThreadPoolExecutor(POOL) as pool, transaction(engine) as digest:
        claim(digest, 1)
        repeats = [pool.submit(parts.count_repeat, _delivery("1")) for _ in range(POOL)]
        assert wait_until(lambda: _waiting(engine) == POOL)
        assert parts.store_new([_delivery("2")]) != [None]
    assert [repeat.result().is_new for repeat in repeats] == [False] * POOL
