"""Requeueing beside whoever else works on the same deliveries and reps: nobody fails, and nothing false is told."""

import time
from collections.abc import Callable
from itertools import pairwise
from threading import Barrier, Thread
from typing import Any

import pytest
from floor import JANE, JONY
from parked import park_notes, parked_ids, states
from sqlalchemy import Connection
from world import World

from ledger.engine import transaction
from ledger.inbox import release
from ledger.set_aside import requeue_all
from worker import foreseeing
from worker.requeueing import dismiss, preview_requeue, requeue

LONG = "Call - CONTACT | 2:05 | Kim"


def _at_once(*works: Callable[[], object]) -> list[Exception]:
    """Runs them in threads, each begun when the one before has had time to wait; returns what they raised."""
    raised: list[Exception] = []

    def told(work: Callable[[], object]) -> None:
        try:
            work()
        except Exception as error:
            raised.append(error)

    threads = [Thread(target=told, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
        time.sleep(0.3)
    for thread in threads:
        thread.join()
    return raised


def test_requeueing_and_releasing_wait_for_each_other(world: World) -> None:
    """Whichever way the rows lie on disk, both lock them in one order, so neither is a deadlock's victim."""
    for _ in range(6):
        world.call(LONG, rep=None)
    world.deliver_all()
    ids = parked_ids(world)
    for delivery in reversed(ids):
        world.floor.ledger("UPDATE deliveries SET digested_at = now() WHERE id = :id RETURNING id", id=delivery)
    lying = "SELECT id, record_key FROM deliveries WHERE state = 'parked' ORDER BY ctid"
    rows = world.floor.ledger(lying)
    behind, before = next((b, a) for a, b in pairwise(rows) if a["id"] > b["id"])
    keys = sorted([behind["record_key"], before["record_key"]])

    def does(work: Callable[[Connection], object]) -> Callable[[], None]:
        def run() -> None:
            with transaction(world.floor.parts.engine) as connection:
                work(connection)

        return run

    def holds(connection: Connection) -> None:
        connection.exec_driver_sql("SELECT FROM deliveries WHERE id = %(id)s FOR UPDATE", {"id": behind["id"]})
        time.sleep(0.9)

    both = [behind["id"], before["id"]]
    raised = _at_once(does(holds), does(lambda c: requeue_all(c, both)), does(lambda c: release(c, keys)))
    assert raised == []
    assert states(world, both) == ["pending", "pending"]


def test_two_previews_of_the_same_reps_tell_the_truth(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each locks Jane and Jony, in the order of its deliveries: one is a deadlock's victim, and looks again."""
    for rep in (JANE, JONY):
        world.call(LONG, rep=rep)
    world.settled()
    for rep in (JONY, JANE, JANE, JONY):
        world.call(LONG, rep=rep)
    ids = park_notes(world, monkeypatch)
    keep, both, first = foreseeing.keep_deliveries, Barrier(2), {ids[0], ids[2]}

    def meeting(connection: Connection, deliveries: Any, parts: Any) -> Any:
        kept = keep(connection, deliveries, parts)
        if deliveries[0].id in first:
            first.discard(deliveries[0].id)
            both.wait(30)
        return kept

    monkeypatch.setattr(foreseeing, "keep_deliveries", meeting)
    told: list[str] = []

    def looks(chosen: list[int]) -> Callable[[], None]:
        return lambda: told.extend(each.told for each in preview_requeue(world.floor.parts, chosen).foreseen)

    assert _at_once(looks(ids[:2]), looks(ids[2:])) == []
    names = ["Jane Austen", "Jane Austen", "Jony Ive", "Jony Ive"]
    assert sorted(told) == [f"will add a call fact for {name}, +20 XP" for name in names]


def test_who_comes_second_is_not_said_to_have_done_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two people requeue the same: both chose what one of them did, and the audit log names that one alone."""
    for _ in range(2):
        world.call(LONG)
    ids = park_notes(world, monkeypatch)
    parts = world.floor.parts
    counts: dict[str, int] = {}

    def does(actor: str) -> Callable[[], None]:
        return lambda: counts.update({actor: requeue(parts, ids, actor)})

    def holds() -> None:
        with transaction(parts.engine) as connection:
            connection.exec_driver_sql("SELECT FROM deliveries FOR UPDATE")
            time.sleep(0.9)

    assert _at_once(holds, does("ana"), does("bob")) == []
    assert sorted(counts.values()) == [0, 2]
    rows = world.floor.ledger("SELECT actor, after ->> 'count' AS count FROM audit_log WHERE action = 'requeue'")
    assert rows == [{"actor": max(counts, key=lambda actor: counts[actor]), "count": "2"}]
    assert dismiss(parts.engine, ids, "ana", "no") == 0
    assert world.floor.ledger("SELECT FROM audit_log WHERE action = 'dismiss'") == []
