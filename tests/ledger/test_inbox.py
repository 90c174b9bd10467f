"""The inbox keeps each delivery once, however often and from wherever it comes."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, select, text, update
from sqlalchemy.exc import OperationalError
from webhook_receiver import wait_until

from ledger.engine import connect_engine, transaction
from ledger.errors import LedgerUnavailable
from ledger.inbox import (
    Outcome,
    claim,
    count_by_state,
    count_repeat,
    finish,
    oldest_pending_at,
    pending_unheld,
    store_all,
    store_new,
)
from ledger.tables import deliveries
from schemas.delivery import NewDelivery, Source
from schemas.told import Told


@pytest.fixture
def engine(database_url: str) -> Engine:
    """An empty ledger."""
    return connect_engine(database_url)


def _delivery(key: str, source: Source = "twenty") -> NewDelivery:
    return NewDelivery(source, key, b"{}", {"user-agent": "test"}, datetime.now(UTC))


def _store(engine: Engine, key: str) -> bool:
    with transaction(engine) as connection:
        return store_all(connection, [_delivery(key)]) == 1


def test_racing_repeats_are_stored_once(engine: Engine) -> None:
    """Sixteen receivers get the same delivery at once: one stores it, fifteen count a repeat."""
    with ThreadPoolExecutor(16) as pool:
        stored = list(pool.map(lambda _: _store(engine, "same"), range(16)))
    assert sorted(stored) == [False] * 15 + [True]
    with transaction(engine) as connection:
        assert count_by_state(connection, ["twenty"]) == {"pending": 1, "duplicates": 15}


def test_keys_of_different_senders_do_not_collide(engine: Engine) -> None:
    """RedHawk may choose any id."""
    with transaction(engine) as connection:
        assert store_all(connection, [_delivery("1"), _delivery("1", "redhawk")]) == 2


def test_a_page_that_is_stored_again_is_counted(engine: Engine) -> None:
    """A sweep's page read twice stores its rows once."""
    page = [_delivery(str(number), "sweep") for number in range(200)]
    with transaction(engine) as connection:
        assert store_all(connection, page) == 200
    with transaction(engine) as connection:
        assert store_all(connection, page) == 0


def test_repeats_of_a_page_are_counted_each_on_its_own_first(engine: Engine) -> None:
    """A delivery of another sender with the same key, and what the page did not bring again, stay as they are."""
    with transaction(engine) as connection:
        store_all(connection, [_delivery("1"), _delivery("1", "redhawk"), _delivery("2"), _delivery("3")])
        assert store_all(connection, [_delivery("3"), _delivery("4"), _delivery("1")]) == 1
        counted = connection.execute(select(deliveries.c.source, deliveries.c.key, deliveries.c.duplicates)).all()
    assert sorted(map(tuple, counted)) == [
        ("redhawk", "1", 0),
        ("twenty", "1", 1),
        ("twenty", "2", 0),
        ("twenty", "3", 1),
        ("twenty", "4", 0),
    ]


def test_a_page_waits_for_who_digests_its_repeats_and_changes_nothing_but_their_count(engine: Engine) -> None:
    """What became of them while it waited stays, and is counted on."""
    _store(engine, "1")
    with ThreadPoolExecutor(1) as sweep:
        with transaction(engine) as digest:
            (claimed,) = claim(digest, 10)
            stored = sweep.submit(_store, engine, "1")
            wait_until(lambda: _somebody_waits(engine))
            finish(digest, [Outcome(claimed.id, "parked", "because")])
            digest.execute(update(deliveries).values(duplicates=5))
        assert stored.result() is False
    with transaction(engine) as connection:
        (row,) = connection.execute(select(deliveries.c.state, deliveries.c.reason, deliveries.c.duplicates)).all()
    assert tuple(row) == ("parked", "because", 6)


def _somebody_waits(engine: Engine) -> bool:
    """For a lock of a row of another transaction."""
    with transaction(engine) as connection:
        return bool(connection.execute(text("SELECT count(*) FROM pg_locks WHERE NOT granted")).scalar_one())


def test_what_is_stored_together_is_kept_apart(engine: Engine) -> None:
    """Each id belongs to the delivery in its place, repeats too, and every byte and header stays as it came."""
    raws = [bytes(range(256)), b"", b'{,}\\"NULL', "Jürgen".encode()]
    headers = {"user-agent": 'a "b", {c} \\ \u00ff'}
    new = [
        NewDelivery("twenty", str(9 - n), raw, headers, datetime.now(UTC), Told("note.created", None))
        for n, raw in enumerate(raws)
    ]
    with transaction(engine) as connection:
        first = store_new(connection, new[1:2])
        others = store_new(connection, [*new, new[0]])
        kept = {row.id: row for row in connection.execute(select(deliveries))}
    assert (others[1], others[4]) == (None, None)
    stored = [each for each in (others[0], first[0], *others[2:4]) if each]
    assert [bytes(kept[each.id].raw) for each in stored] == raws
    assert [kept[each.id].key for each in stored] == ["9", "8", "7", "6"]
    assert {(row.event, row.record_id, row.headers["user-agent"]) for row in kept.values()} == {
        ("note.created", None, headers["user-agent"])
    }


def test_a_repeat_of_what_is_being_digested_holds_nobody_up(engine: Engine) -> None:
    """What is stored beside it does not wait for the digest, nor for its commit; counting it does."""
    _store(engine, "1")
    with transaction(engine) as digest, transaction(engine) as receiver:
        (claimed,) = claim(digest, 10)
        finish(digest, [Outcome(claimed.id, "processed")])
        receiver.execute(text("SET LOCAL lock_timeout = '1s'"))
        repeat, stored = store_new(receiver, [_delivery("1"), _delivery("2")])
        assert repeat is None
        assert stored is not None
        with pytest.raises(OperationalError):
            count_repeat(receiver, _delivery("1"))


def test_an_outcome_ends_the_waiting(engine: Engine) -> None:
    """What is finished is neither pending nor claimed again."""
    _store(engine, "1")
    with transaction(engine) as connection:
        (claimed,) = claim(connection, 10)
        assert oldest_pending_at(connection) == claimed.received_at
        finish(connection, [Outcome(claimed.id, "parked", "because")])
    with transaction(engine) as connection:
        assert claim(connection, 10) == []
        assert not pending_unheld(connection)
        assert oldest_pending_at(connection) is None


def test_a_server_that_is_away_is_unavailable() -> None:
    """The receiver can answer 503; the address is in no message."""
    with pytest.raises(LedgerUnavailable) as away, transaction(connect_engine("postgresql://u:pw@127.0.0.1:1/x")):
        pass
    assert "pw" not in str(away.value)
    assert "127.0.0.1" not in str(away.value)
