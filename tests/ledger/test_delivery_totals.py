"""Totals of deliveries: every move is counted once, whoever makes it."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, Engine, text

from ledger.delivery_totals import DeliveryTotals, delivery_totals_now, fold_moves
from ledger.engine import connect_engine, transaction
from ledger.inbox import UNATTRIBUTED, Outcome, finish, release, store_all, store_new
from schemas.delivery import NewDelivery, Source


@pytest.fixture
def engine(database_url: str) -> Engine:
    """An empty ledger."""
    return connect_engine(database_url)


def _new(key: str, source: Source = "twenty") -> NewDelivery:
    return NewDelivery(source, key, b"{}", {}, datetime.now(UTC))


def _totals(engine: Engine) -> DeliveryTotals:
    with transaction(engine) as connection:
        return delivery_totals_now(connection)


def _four_ways(connection: Connection) -> None:
    """Of four webhooks one each is processed, unattributed, unreadable and left waiting; one comes twice."""
    ids = [kept.id for kept in store_new(connection, [_new(str(number)) for number in range(4)]) if kept]
    store_all(connection, [_new("0")])
    finish(connection, [Outcome(ids[0], "processed", None, "note:0")])
    finish(connection, [Outcome(ids[1], "parked", UNATTRIBUTED, "note:1")])
    finish(connection, [Outcome(ids[2], "parked", "unreadable: title")])


def test_what_became_of_deliveries_is_counted_by_source(engine: Engine) -> None:
    """Received, repeated, ended and waiting deliveries are told apart, and parked ones by reason."""
    with transaction(engine) as connection:
        _four_ways(connection)
        store_all(connection, [_new("0", "sweep"), _new("1", "sweep")])
    totals = _totals(engine)
    assert totals.received() == {"twenty": 4, "sweep": 2}
    assert totals.duplicates()["twenty"] == 1
    ended = {("twenty", "processed"): 1, ("twenty", "parked:unattributed"): 1, ("twenty", "parked:unreadable"): 1}
    assert totals.outcomes() == ended
    assert totals.standing() == {**ended, ("twenty", "pending"): 1, ("sweep", "pending"): 2}


def test_folding_changes_no_total(engine: Engine) -> None:
    """What the clock folds, several times over, sums up to the same; nothing is left to fold."""
    for key in ("a", "b"):
        with transaction(engine) as connection:
            store_all(connection, [_new(key)])
            fold_moves(connection)
    with transaction(engine) as connection:
        store_all(connection, [_new("c")])
    before = _totals(engine)
    with transaction(engine) as connection:
        fold_moves(connection)
        assert connection.execute(text("SELECT count(*) FROM delivery_moves")).scalar() == 0
    assert _totals(engine) == before
    assert before.received() == {"twenty": 3}


def test_pruning_takes_nothing_back(engine: Engine) -> None:
    """Deliveries that are deleted stay counted as received and as what became of them; they stand nowhere."""
    with transaction(engine) as connection:
        _four_ways(connection)
    before = _totals(engine)
    with transaction(engine) as connection:
        connection.execute(text("DELETE FROM deliveries WHERE state <> 'pending'"))
    after = _totals(engine)
    assert (after.received(), after.duplicates(), after.outcomes()) == (
        before.received(),
        before.duplicates(),
        before.outcomes(),
    )
    assert {state: count for state, count in after.standing().items() if count} == {("twenty", "pending"): 1}


def test_whoever_moves_a_delivery_it_is_counted(engine: Engine) -> None:
    """A released delivery, and one that an operator makes pending by SQL, leave the parked ones; no total falls."""
    with transaction(engine) as connection:
        _four_ways(connection)
        release(connection, ["note:1"])
        connection.execute(text("UPDATE deliveries SET state = 'pending', reason = NULL WHERE reason LIKE 'unread%'"))
    totals = _totals(engine)
    assert totals.outcomes()["twenty", "parked:unreadable"] == 1
    assert totals.outcomes()["twenty", "processed"] == 2
    standing = {state: count for state, count in totals.standing().items() if count}
    assert standing == {("twenty", "processed"): 2, ("twenty", "pending"): 2}


def test_what_is_rolled_back_is_not_counted(engine: Engine) -> None:
    """A digest that fails half-way leaves the totals as they were."""
    with transaction(engine) as connection:
        store_all(connection, [_new("a")])
    before = _totals(engine)
    with engine.connect() as connection:
        finish(connection, [Outcome(1, "processed")])
        connection.rollback()
    assert _totals(engine) == before


def test_moves_of_others_are_not_waited_for(engine: Engine) -> None:
    """A delivery is stored and counted at once while another transaction that counted too is still open."""
    with transaction(engine) as slow:
        store_all(slow, [_new("slow")])
        with transaction(engine) as quick:
            quick.execute(text("SET LOCAL lock_timeout = '1ms'"))
            store_all(quick, [_new("quick")])
            fold_moves(quick)
        assert _totals(engine).received() == {"twenty": 1}
    assert _totals(engine).received() == {"twenty": 2}


def test_many_are_moved_at_once_as_quickly_as_one_by_one(engine: Engine) -> None:
    """A statement that moves 20,000 is counted in one pass, in a session that moved single ones before."""
    with transaction(engine) as connection:
        _four_ways(connection)
        connection.execute(
            text(
                "INSERT INTO deliveries (source, key, raw, headers, sent_at)"
                " SELECT 'sweep', n::text, '', '{}', now() FROM generate_series(1, 20000) n"
            )
        )
        connection.execute(text("SET LOCAL statement_timeout = '30s'"))
        connection.execute(text("UPDATE deliveries SET state = 'ignored' WHERE source = 'sweep'"))
    assert _totals(engine).outcomes()["sweep", "ignored"] == 20_000
    assert _totals(engine).standing()["sweep", "pending"] == 0
