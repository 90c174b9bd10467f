"""Pruning empties what is old and done with, and nobody but a reader of raw bytes can tell."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from click.testing import CliRunner, Result
from dying import Died
from floor import JANE, Floor
from proving import discrepancies, figures, spoil
from redhawk_sender import RedHawkSender
from redis import Redis
from sqlalchemy import text
from world import World

from accounts.record_way import record_way
from ledger.delivery_totals import delivery_totals_now
from ledger.engine import snapshot, transaction
from ledger.inbox_queries import redhawk_webhooks
from ledger.pruning import Prunable
from runtime.cli import main
from worker import pruning
from worker.clock import run_clock
from worker.pruning import prune_all, prune_some
from worker.rebuild import rebuild
from worker.wake import Wake

AGE = timedelta(days=90)
KEPT = "SELECT id FROM deliveries WHERE raw <> '' ORDER BY id"
PROOFS = ("deliveries", "facts", "awards", "XP", "day totals", "standings", "grants", "writes")


@pytest.fixture
def aged(world: World) -> World:
    """A world a hundred days ago: calls, an edit, a deal, RedHawk's events, and a call of an API key that is parked."""
    lead = world.person()
    note = world.call("Call - CONTACT | 2:05 | Kim", lead=lead)
    world.edit(note, "Call - APPOINTMENT | 2:05 | Kim")
    world.call("Call - CONTACT | 0:40 | Lee", rep=None)
    world.deal("CUSTOMER", lead=lead)
    data = {"moduleId": "0", "repId": JANE, "score": 90, "completedAt": "2026-11-16T15:00:00Z", "attemptId": "a1"}
    RedHawkSender(world.floor).send({"type": "module.completed", "timestamp": data["completedAt"], "data": data})
    world.settled()
    world.settled()
    _age(world.floor)
    return world


def _age(floor: Floor) -> None:
    spoil(floor, "UPDATE deliveries SET received_at = received_at - interval '100 days'")
    spoil(floor, "UPDATE writes SET written_at = written_at - interval '100 days'")


def _prune(floor: Floor, age: timedelta = AGE) -> Prunable:
    return prune_all(floor.parts.engine, datetime.now(UTC) - age, lambda _: None)


def _ids(floor: Floor, query: str) -> list[int]:
    return [row["id"] for row in floor.ledger(query)]


def _told(floor: Floor) -> dict[str, Any]:
    """What is told of the deliveries by everybody who tells something."""
    (note,) = floor.ledger("SELECT substr(key, 6) AS id FROM facts WHERE kind = 'call' AND rep IS NOT NULL")
    with snapshot(floor.parts.engine) as connection:
        way = record_way(connection, "note", note["id"])
        return {
            "proofs": {name: figures(floor, name) for name in PROOFS},
            "explain": replace(way, write=None),
            "metrics": delivery_totals_now(connection),
            "redhawk": redhawk_webhooks(connection),
        }


def test_nobody_can_tell_that_deliveries_were_pruned(aged: World) -> None:
    """Audit, explain, metrics, doctor and a rebuild say the same, and the old writes still say which fields."""
    floor = aged.floor
    before = _told(floor)
    pruned = _prune(floor)
    assert pruned.deliveries > 5
    assert pruned.bytes > 1000
    assert pruned.writes > 0
    assert _told(floor) == before
    assert discrepancies(floor) == []
    assert rebuild(floor.parts, None, correct=False, progress=lambda *_: None).same
    fields = floor.ledger("SELECT fields FROM writes ORDER BY id LIMIT 1")[0]["fields"]
    assert (fields["rankEligibility"], fields["efficiencyMetrics"], fields["totalXp"] > 0) == (None, None, True)
    assert _prune(floor) == Prunable()


def test_what_waits_for_somebody_is_not_pruned(aged: World) -> None:
    """A pending and a parked delivery keep their bytes, however old; so does what is young."""
    floor = aged.floor
    aged.call("Call - CONTACT | 2:05 | Max")
    aged.deliver_all()
    spoil(
        floor, "UPDATE deliveries SET state = 'pending', digested_at = NULL WHERE mod(id, 2) = 0 AND state <> 'parked'"
    )
    assert {"pending", "parked"} <= {row["state"] for row in floor.ledger("SELECT state FROM deliveries")}
    waiting = _ids(floor, "SELECT id FROM deliveries WHERE state IN ('pending', 'parked') ORDER BY id")
    young = _ids(floor, "SELECT id FROM deliveries WHERE received_at > now() - interval '90 days' ORDER BY id")
    _prune(floor)
    assert _ids(floor, KEPT) == sorted({*waiting, *young})
    assert floor.ledger("SELECT 1 FROM deliveries WHERE raw = '' AND headers <> '{}'") == []
    assert len(waiting) > 3
    assert young


def test_a_replayed_old_webhook_is_still_a_duplicate(world: World) -> None:
    """Its key is kept: it is answered 202 and counted, and nothing is digested."""
    floor = world.floor
    world.call("Call - CONTACT | 2:05 | Kim")
    world.collect()
    mail = list(world.mail)
    world.settled()
    _age(floor)
    _prune(floor)
    assert set(floor.receive(mail)) == {202}
    assert floor.digest() == 0
    assert floor.ledger("SELECT count(*) AS n FROM deliveries WHERE duplicates = 1 AND raw = ''") == [{"n": len(mail)}]


def test_a_pruned_delivery_that_is_set_pending_again_is_processed(aged: World) -> None:
    """What it told is kept: nothing is parked, nothing changes, the audit is clean."""
    floor = aged.floor
    _prune(floor)
    before = floor.settled_to_the_byte()
    states = "SELECT id, state, record_key FROM deliveries WHERE state <> 'ignored' ORDER BY id"
    kept = floor.ledger(states)
    spoil(floor, "UPDATE deliveries SET state = 'pending', digested_at = NULL WHERE raw = '' AND state = 'processed'")
    assert floor.digest() > 5
    floor.publish()
    assert (floor.ledger(states), floor.settled_to_the_byte()) == (kept, before)
    assert discrepancies(floor) == []


def test_killed_in_the_midst_it_goes_on(aged: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each batch is a transaction: what is done is done, the next run does the rest, and no total moves."""
    floor = aged.floor
    monkeypatch.setattr(pruning, "BATCH", 2)
    before = _told(floor)

    def dies(_: Prunable) -> None:
        raise Died

    with pytest.raises(Died):
        prune_all(floor.parts.engine, datetime.now(UTC) - AGE, dies)
    assert len(floor.ledger("SELECT 1 FROM deliveries WHERE raw = ''")) == 2
    assert discrepancies(floor) == []
    _prune(floor)
    assert floor.ledger("SELECT DISTINCT state FROM deliveries WHERE raw <> ''") == [{"state": "parked"}]
    assert _told(floor) == before


def test_it_waits_for_nobody(aged: World) -> None:
    """A delivery whose row somebody holds, as a receiver that counts a repeat does, is left to the next time."""
    floor = aged.floor
    name = floor.parts.engine.url.database
    spoil(floor, f"ALTER DATABASE {name} SET lock_timeout = '2s'")
    held = _ids(floor, "SELECT id FROM deliveries WHERE state = 'processed' ORDER BY id LIMIT 1")[0]
    with transaction(floor.parts.engine) as receiver:
        receiver.execute(text("UPDATE deliveries SET duplicates = 1 WHERE id = :id"), {"id": held})
        pruned = _prune(floor)
        assert pruned.deliveries > 5
    assert held in _ids(floor, KEPT)
    assert _prune(floor).deliveries == 1


def test_the_clock_prunes_while_little_waits(aged: World, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch each time; none while more waits than a worker takes at once. Hours of the loss meter go too."""
    floor = aged.floor
    spoil(floor, "INSERT INTO losses (hour_at, object, told) VALUES (now() - interval '91 days', 'note', 1)")
    spoil(floor, "INSERT INTO losses (hour_at, object, told) VALUES (now() - interval '89 days', 'note', 2)")
    monkeypatch.setattr(pruning, "LITTLE", 0)
    before = _ids(floor, KEPT)
    spoil(
        floor,
        "INSERT INTO deliveries (source, key, raw, headers, sent_at) VALUES ('sweep', 'x', '{}', '{}', now())",
    )
    prune_some(floor.parts, AGE)
    assert set(before) <= set(_ids(floor, KEPT))
    spoil(floor, "DELETE FROM deliveries WHERE key = 'x'")
    rounds = iter((False, True))
    parts = replace(floor.parts, wake=Wake(Redis.from_url(redis_url)))
    monkeypatch.setattr("worker.clock._clean", lambda _: None)
    run_clock(parts, timedelta(minutes=5), AGE, lambda: next(rounds))
    assert floor.ledger("SELECT DISTINCT state FROM deliveries WHERE raw <> ''") == [{"state": "parked"}]
    assert floor.ledger("SELECT told FROM losses WHERE hour_at < now() - interval '80 days'") == [{"told": 2}]


@pytest.fixture
def run(aged: World, monkeypatch: pytest.MonkeyPatch) -> Callable[[Sequence[str]], Result]:
    """Runs `repsync prune …`; only the ledger's address is set."""
    url = aged.floor.parts.engine.url.render_as_string(hide_password=False)
    monkeypatch.setenv("DATABASE_URL", url)
    return lambda arguments: CliRunner().invoke(main, ["prune", *arguments])


def test_the_command_tells_first_and_prunes_then(run: Callable[[Sequence[str]], Result], aged: World) -> None:
    """--dry-run tells exactly what then goes, and changes nothing; --older-than stands in for the setting."""
    before = _ids(aged.floor, KEPT)
    dry = json.loads(run(["--dry-run", "--json"]).stdout)
    assert _ids(aged.floor, KEPT) == before
    assert json.loads(run(["--older-than", "101", "--json"]).stdout)["deliveries"] == 0
    done = json.loads(run(["--json"]).stdout)
    assert done == {**dry, "done": True}
    assert (done["olderThanDays"], done["deliveries"] > 5) == (90, True)
    assert "0 deliveries" in run([]).stdout
