"""Rows that are handed over as one value come out as they went in."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from sqlalchemy import Connection, text

from ledger.causes import Causes, remember_causes
from ledger.engine import connect_engine, transaction
from ledger.facts import load_facts, save_decisions, save_facts
from ledger.inbox import Outcome, claim, finish, store_all
from ledger.reps import load_reps, lock_reps
from ledger.totals import add_to_totals, load_totals
from programs.progression.facts import Fact, KeptFact
from programs.progression.histories import EarlierState, State
from schemas.delivery import NewDelivery

AT = datetime(2026, 11, 20, 14, 5, 6, 123_456, tzinfo=UTC)
HOSTILE = 'O\'Neil "x" \\ {a,b} \n\t é 🦅 %s :rows NULL'
EARLIER = State(live=False, kind="call", disposition=HOSTILE, duration_s=None, lead="l", met=False, won=True)
FACT = Fact(
    key="note:1",
    kind="call",
    rep="rep-1",
    occurred_at=AT,
    live=True,
    lead=HOSTILE,
    disposition="",
    duration_s=2**31 - 1,
    reasons=frozenset({"dial", HOSTILE}),
    met_at=AT + timedelta(microseconds=1),
    score=Decimal("98.7654"),
    earlier=(EarlierState(AT, EARLIER),),
)
KEPT = KeptFact(FACT, unpaid=True, behind_at=None, call_key=HOSTILE, paid_lead="")
BLANK = KeptFact(Fact("exam:2", "exam", None, AT.replace(year=1), live=False), unpaid=False)


def test_facts_come_out_as_they_went_in(database_url: str) -> None:
    """Times to the microsecond, decimals, sets, histories, empty texts beside missing ones, and signs of any syntax."""
    both = {kept.fact.key: kept for kept in (KEPT, BLANK)}
    with transaction(connect_engine(database_url)) as connection:
        for _ in range(2):
            save_facts(connection, both, dict.fromkeys(both, AT))
            assert load_facts(connection, both) == both


def test_each_fact_gets_its_own_decision(database_url: str) -> None:
    """Decided together, and what was not decided stays as it was."""
    others = {key: KeptFact(Fact(key, "call", "rep-1", AT, live=True)) for key in ("note:2", "note:3", "note:4")}
    paid = KeptFact(others["note:2"].fact, unpaid=False, call_key="note:2", paid_rep="rep-1")
    twin = KeptFact(others["note:3"].fact, unpaid=True, behind_at=AT, call_key="note:2", twin_of="note:2")
    with transaction(connect_engine(database_url)) as connection:
        save_facts(connection, others, dict.fromkeys(others, AT))
        save_decisions(connection, [twin, paid])
        assert load_facts(connection, others) == {**others, "note:2": paid, "note:3": twin}


def _deliveries(connection: Connection, number: int) -> list[int]:
    new = [NewDelivery("twenty", str(n), b"{}", {"user-agent": "test"}, AT) for n in range(number)]
    store_all(connection, new)
    return [delivery.id for delivery in claim(connection, number)]


def test_each_delivery_gets_its_own_outcome(database_url: str) -> None:
    """One processed, one emptied, one parked for a while, one for good: finished together, and a fifth still waits."""
    with transaction(connect_engine(database_url)) as connection:
        done, emptied, again, parked, waiting = _deliveries(connection, 5)
        finish(
            connection,
            [
                Outcome(again, "parked", "busy", again=True),
                Outcome(done, "processed", None, "note:1"),
                Outcome(parked, "parked", HOSTILE),
                Outcome(emptied, "ignored", "not ours", "note:2", emptied=True),
            ],
        )
        query = (
            "SELECT id, state, reason, record_key, tries, retry_at > now() AS waits, raw = '' AS emptied,"
            " pruned_at IS NOT NULL AS pruned, digested_at IS NOT NULL AS digested FROM deliveries ORDER BY id"
        )
        rows = {row.id: tuple(row)[1:] for row in connection.execute(text(query))}
    assert rows == {
        done: ("processed", None, "note:1", 0, None, False, False, True),
        emptied: ("ignored", "not ours", "note:2", 0, None, True, True, True),
        again: ("parked", "busy", None, 1, True, False, False, True),
        parked: ("parked", HOSTILE, None, 0, None, False, False, True),
        waiting: ("pending", None, None, 0, None, False, False, False),
    }


def test_causes_only_widen(database_url: str) -> None:
    """The oldest and the newest delivery since the last write, of each rep by itself, whatever came before."""
    with transaction(connect_engine(database_url)) as connection:
        lock_reps(connection, ["a", "b", "c"])
        remember_causes(connection, {"a": Causes(5, 9), "b": Causes(2, 3)})
        remember_causes(connection, {"b": Causes(1, 2), "a": Causes(7, 12)})
        found = {rep.id: rep.causes for rep in load_reps(connection, ["a", "b", "c"]).values()}
    assert found == {"a": Causes(5, 12), "b": Causes(1, 3), "c": None}


def test_totals_move_by_differences(database_url: str) -> None:
    """Each day of each rep by its own, downwards too."""
    day, next_day = AT.date(), AT.date() + timedelta(days=1)
    with transaction(connect_engine(database_url)) as connection:
        add_to_totals(connection, {("a", day): Counter(calls=2, activities=3), ("b", day): Counter(calls=5)})
        add_to_totals(connection, {("a", day): Counter(calls=-1), ("a", next_day): Counter(calls=4)})
        found = load_totals(connection, "a")
    assert {on: +counts for (_, on), counts in found.items()} == {
        day: Counter(calls=1, activities=3),
        next_day: Counter(calls=4),
    }
