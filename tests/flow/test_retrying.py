"""What fails is tried again later and later, and holds up nobody else; trouble of the ledger parks nothing."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from floor import JANE, JONY
from parked import failing
from sqlalchemy.exc import OperationalError, ProgrammingError
from world import World

from ledger.dirty import mark_dirty_by_time
from ledger.engine import transaction
from ledger.errors import LedgerUnavailable
from ledger.inbox import Outcome, finish, wake_retries
from ledger.refused_rows import RefusedRow, refused_rows
from ledger.sweep_state import sweep_progress
from sandbox.twenty.faults import ApiFault, Faults
from twenty_client.request import batch_upsert
from worker import publish, writing
from worker import sweep as sweeping
from worker.clock import sweep_due
from worker.digest import digest_batch
from worker.ledger_trouble import whose_trouble
from worker.parts import Parts, install
from worker.retrying_rows import retry_refused

LONG = "Call - CONTACT | 2:05 | Kim"


def _sqlstate(state: str, kind: type[Any] = OperationalError) -> Exception:
    return kind("INSERT", {}, type("Refusal", (Exception,), {"sqlstate": state})())  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("state", "whose"),
    [
        *((state, "ledger") for state in ("42P01", "42703", "57P01", "53100", "25006", "42501", "08006")),
        *((state, "passing") for state in ("40P01", "57014", "55P03", "53200")),
        *((state, "record") for state in ("22021", "23505", "21000", "54000")),
    ],
)
def test_whose_trouble_a_failure_is(state: str, whose: str) -> None:
    """A missing table is nobody's poison; a lock that was not got may be had later; bytes are as they are."""
    assert whose_trouble(_sqlstate(state)) == whose
    assert whose_trouble(KeyError()) == "record"


@pytest.mark.parametrize("state", ["42P01", "42703", "53100"])
def test_trouble_of_the_ledger_parks_nothing(world: World, monkeypatch: pytest.MonkeyPatch, state: str) -> None:
    """Though only some of the batch meets it: all waits, and is digested once that is mended."""
    world.call(LONG)
    world.deal("NEW")
    world.collect()
    world.floor.receive(world.mail)
    with (
        failing(monkeypatch, lambda version: version.object == "note", _sqlstate(state, ProgrammingError)),
        pytest.raises(ProgrammingError),
    ):
        digest_batch(world.floor.parts)
    assert world.floor.deliveries() == {"pending": 2, "duplicates": 0}
    world.floor.digest()
    assert world.floor.deliveries() == {"processed": 2, "duplicates": 0}


def test_trouble_that_meets_all_is_raised(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Were it the one record's, others would pass: so nothing is put off, and all is tried again."""
    for _ in range(2):
        world.call(LONG)
    with failing(monkeypatch, lambda _: True, _sqlstate("55P03")), pytest.raises(LedgerUnavailable):
        world.deliver_all()
    assert world.floor.deliveries() == {"pending": 2, "duplicates": 0}


def test_one_failing_delivery_holds_up_nobody_and_comes_back(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is parked for a minute, then for two; others, and the watermark, pass it; then it is digested as ever."""
    note = world.call(LONG)
    world.call(LONG, rep=JONY)
    with failing(monkeypatch, lambda version: version.record_id == note, _sqlstate("57014")):
        world.deliver_all()
        (waits,) = _put_off(world)
        assert 40 < waits.total_seconds() < 80
        world.floor.sweep()
        assert world.floor.ledger("SELECT watermark_at IS NOT NULL AS moved FROM sweep_state") == [{"moved": True}]
        _retry_now(world)
        world.call(LONG, rep=JONY)
        world.deliver_all()
        longer = max(_put_off(world))
        assert 80 < longer.total_seconds() < 160
    _retry_now(world)
    world.told()
    assert world.floor.deliveries().get("parked", 0) == 0
    assert world.standing()["totalXp"] == 20
    assert world.floor.ledger("SELECT DISTINCT tries FROM deliveries") == [{"tries": 0}]


def test_one_that_fails_alone_is_put_off_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """At night nothing else waits: it was parked while others passed, so it neither fails the job nor holds the
    watermark."""
    note = world.call(LONG)
    world.call(LONG, rep=JONY)
    with failing(monkeypatch, lambda version: version.record_id == note, _sqlstate("57014")):
        world.deliver_all()
        _retry_now(world)
        assert world.floor.digest() == 1
    (waits,) = _put_off(world)
    assert 80 < waits.total_seconds() < 160
    _retry_now(world)
    world.floor.digest()
    assert world.floor.deliveries() == {"processed": 2, "duplicates": 0}


def _put_off(world: World) -> list[timedelta]:
    query = "SELECT retry_at - now() AS waits FROM deliveries WHERE retry_at IS NOT NULL AND state = 'parked'"
    return [row["waits"] for row in world.floor.ledger(query)]


def _retry_now(world: World) -> None:
    """The clock finds that their time has come."""
    with transaction(world.floor.parts.engine) as connection:
        wake_retries(connection, 200)
        assert connection.exec_driver_sql("SELECT count(*) FROM deliveries WHERE state = 'pending'").scalar() == 0
        connection.exec_driver_sql("UPDATE deliveries SET retry_at = now() WHERE retry_at IS NOT NULL")
        wake_retries(connection, 200)


def test_retries_come_later_and_later_up_to_hours(world: World) -> None:
    """Twice as long each time, a fifth more or less, and six hours at most."""
    world.call(LONG)
    world.collect()
    world.floor.receive(world.mail)
    waits = []
    for _ in range(12):
        with transaction(world.floor.parts.engine) as connection:
            finish(connection, [Outcome(1, "parked", "busy", again=True)])
            connection.exec_driver_sql("UPDATE deliveries SET state = 'pending'")
        (row,) = world.floor.ledger("SELECT retry_at - now() AS waits FROM deliveries")
        waits.append(row["waits"])
    assert all(0.79 * 60 * 2**n < wait.total_seconds() < 1.21 * 60 * 2**n for n, wait in enumerate(waits[:8]))
    assert all(timedelta(hours=4.7) < wait < timedelta(hours=7.3) for wait in waits[10:])
    assert len({round(wait.total_seconds()) for wait in waits[10:]}) == 2


def _refused(world: World) -> list[RefusedRow]:
    with transaction(world.floor.parts.engine) as connection:
        return refused_rows(connection)


def _hours_pass(world: World) -> None:
    with transaction(world.floor.parts.engine) as connection:
        connection.exec_driver_sql("UPDATE reps SET recheck_at = recheck_at - interval '75 minutes'")
        mark_dirty_by_time(connection, world.now())


@pytest.fixture
def refusing(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Twenty refuses Jane's row, and takes Jony's."""

    def spoiled(plural: str, rows: Any) -> Any:
        return make(plural, [{**row, "no": 1} if row.get("workspaceMemberId") == JANE else row for row in rows])

    make = writing.batch_create
    monkeypatch.setattr(writing, "batch_create", spoiled)
    world.call(LONG)
    world.call(LONG, rep=JONY)
    world.told()
    monkeypatch.setattr(writing, "batch_create", make)
    return world


def test_a_refused_row_is_tried_again_after_hours(refusing: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """An hour or so later, as an operator who mended a field expects; the others were written at once."""
    (row,) = _refused(refusing)
    assert (row.rep, row.refusals, row.reason.partition(" ")[0]) == (JANE, 1, "400")
    assert set(refusing.floor.rows()) == {JONY}
    refusing.floor.publish()
    assert set(refusing.floor.rows()) == {JONY}
    _hours_pass(refusing)
    refusing.floor.publish()
    assert set(refusing.floor.rows()) == {JANE, JONY}
    assert _refused(refusing) == []


def test_a_row_that_stays_refused_waits_longer_each_time(refusing: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """1, 2, 4, then 8 hours, a fifth more or less; a change of the rep tries it at once and does not begin anew."""
    monkeypatch.setattr(writing, "batch_create", lambda plural, rows: batch_upsert(plural, [{**rows[0], "no": 1}]))
    spans = []
    for _ in range(5):
        (row,) = _refused(refusing)
        assert row.refused_at is not None
        assert row.retry_at is not None
        spans.append((row.retry_at - row.refused_at).total_seconds() / 3600)
        refusing.call(LONG)
        refusing.told()
    assert [1 if span < 1.3 else 2 if span < 2.6 else 4 if span < 5.2 else 8 for span in spans] == [1, 2, 4, 8, 8]


def test_somebody_tries_a_refused_row_again(refusing: World) -> None:
    """Now, with an audit row; whose row is fine is left alone."""
    assert retry_refused(refusing.floor.parts, [JANE, JONY], "ana") == 1
    refusing.floor.publish()
    assert set(refusing.floor.rows()) == {JANE, JONY}
    (entry,) = refusing.floor.ledger("SELECT actor, action, subject, rep FROM audit_log WHERE action = 'retry row'")
    assert tuple(entry.values()) == ("ana", "retry row", f"row:{JANE}", JANE)


def test_a_sweep_that_fails_alone_comes_later_each_time(world: World) -> None:
    """Twenty answers, but for the notes; while it is away for all, the gate decides and the sweep waits no longer."""
    world.call(LONG)
    world.told()
    install(world.floor.parts)
    world.twenty.faults.set(Faults(api=(ApiFault(kind="400", share=1, plural="notes"),)))
    waits = []
    for _ in range(3):
        sweeping.sweep_job()
        with transaction(world.floor.parts.engine) as connection:
            state = sweep_progress(connection)
        assert state.put_off_until is not None
        waits.append((state.put_off_until - datetime.now(UTC)).total_seconds())
        assert not sweep_due(state, state.put_off_until - timedelta(seconds=1), timedelta(minutes=5))
        assert sweep_due(state, state.put_off_until + timedelta(seconds=15), timedelta(minutes=5))
    assert 10 < waits[0] < 19 < waits[1] < 37 < waits[2] < 73
    world.twenty.faults.set(Faults())
    sweeping.sweep_job()
    with transaction(world.floor.parts.engine) as connection:
        assert sweep_progress(connection).put_off_until is None
    world.twenty.stop()
    sweeping.sweep_job()
    with transaction(world.floor.parts.engine) as connection:
        assert sweep_progress(connection).put_off_until is None


@pytest.mark.parametrize(
    ("state", "waits"),
    [("42P01", None), ("57P01", None), ("57014", 80), (None, 4800)],
    ids=["missing table", "shutdown", "cancelled", "our fault"],
)
def test_a_rep_that_can_not_be_planned_waits_alone(
    world: World, monkeypatch: pytest.MonkeyPatch, state: str | None, waits: int | None
) -> None:
    """By a fault of ours for an hour, by one of a moment for a minute; trouble of the ledger puts nobody off."""
    plan_rep = publish.plan_rep

    def failing_for_jane(parts: Parts, rep: str, *more: Any) -> Any:
        if rep == JANE:
            with transaction(parts.engine):
                raise (
                    _sqlstate(state, ProgrammingError if state == "42P01" else OperationalError)
                    if state
                    else KeyError()
                )
        return plan_rep(parts, rep, *more)

    monkeypatch.setattr(publish, "plan_rep", failing_for_jane)
    world.call(LONG)
    world.call(LONG, rep=JONY)
    world.deliver_all()
    if waits is None:
        with pytest.raises((ProgrammingError, LedgerUnavailable)):
            world.floor.publish()
        assert _refused(world) == []
        return
    world.floor.publish()
    assert set(world.floor.rows()) == {JONY}
    (row,) = _refused(world)
    assert row.refused_at is not None
    assert row.retry_at is not None
    assert waits / 2 < (row.retry_at - row.refused_at).total_seconds() < waits
