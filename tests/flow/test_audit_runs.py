"""Audits that nobody sits in front of: when one is due, that it is kept, and what the console's page says of it."""

from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from console import Visit, read
from floor import JANE, JONY
from sqlalchemy import text
from world import World

from ledger import audit
from ledger.audit_runs import last_audits, waiting_audit
from ledger.engine import snapshot, transaction
from ledger.locks import held_alone
from worker import audit_runs
from worker.audit_runs import AUDITOR, audit_due, audit_job, last_quiet_time
from worker.clock import tick
from worker.parts import install
from worker.proofs.prove import PROOFS
from worker.wake import AUDIT

NEW_YORK = "America/New_York"


@pytest.fixture
def told(world: World) -> World:
    """One call of Jane's, settled; jobs in this process work with the world's parts."""
    world.call("Call - CONTACT | 2:05 | A")
    world.settled()
    install(world.floor.parts)
    return world


@pytest.mark.parametrize(
    ("now", "quiet_at"),
    [
        (datetime(2026, 11, 16, 7, 59, tzinfo=UTC), datetime(2026, 11, 15, 8, tzinfo=UTC)),
        (datetime(2026, 11, 16, 8, 0, tzinfo=UTC), datetime(2026, 11, 16, 8, tzinfo=UTC)),
        (datetime(2026, 7, 1, 12, 0, tzinfo=UTC), datetime(2026, 7, 1, 7, tzinfo=UTC)),
    ],
)
def test_the_quiet_hour_is_where_reps_are(now: datetime, quiet_at: datetime) -> None:
    """3 o'clock at night by the clocks of New York, in winter and summer."""
    assert last_quiet_time(now, NEW_YORK) == quiet_at


def _due(world: World, now: datetime) -> bool:
    with transaction(world.floor.parts.engine) as connection:
        return audit_due(connection, now, NEW_YORK)


def _received(world: World, at: str) -> None:
    with transaction(world.floor.parts.engine) as connection:
        connection.execute(text("UPDATE deliveries SET received_at = :at"), {"at": at})


def test_an_audit_is_due_once_a_night(told: World) -> None:
    """The clock asks for one after 3 o'clock, a worker runs it, and until the next night none is due."""
    now = datetime.now(UTC)
    assert not _due(told, now)
    _received(told, "2026-01-01")
    assert _due(told, now)
    years = last_quiet_time(now, NEW_YORK) - datetime(2020, 1, 1, tzinfo=UTC)
    with held_alone(told.floor.parts.engine, AUDITOR):
        assert AUDIT not in tick(told.floor.parts, years)
    assert AUDIT in tick(told.floor.parts, years)
    audit_job()
    assert not _due(told, now)
    with snapshot(told.floor.parts.engine) as connection:
        run = last_audits(connection, 5)
    assert [(each.asked_by, each.found_off, each.problem) for each in run] == [("clock", 0, None)]
    assert [proof["name"] for proof in run[0].proofs or ()] == [name for name, _, _ in PROOFS]


def test_an_audit_that_breaks_off_says_so_and_ends(told: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """What breaks it is told by class and place alone, and it is not begun again for ever."""

    def broken(_: object) -> None:
        raise ValueError("a text of a note")

    monkeypatch.setattr(audit_runs, "prove_ledger", broken)
    Visit(told.floor, "ops").press("/audit/run", "/audit")
    audit_job()
    page = Visit(told.floor, "viewer").text("/audit")
    assert "broke off" in page
    assert "ValueError at test_audit_runs.py" in page
    assert "a text of a note" not in page
    with snapshot(told.floor.parts.engine) as connection:
        assert waiting_audit(connection) is None


def test_the_page_asks_for_an_audit_and_shows_what_it_found(told: World) -> None:
    """Pressed once it waits, then its verdict is there with every proof; what is off is listed with its cure."""
    visit = Visit(told.floor, "ops")
    assert "No audit ran yet." in visit.text("/audit")
    for _ in range(2):
        assert "An audit waits for a worker" in read(visit.press("/audit/run", "/audit"))
    assert told.floor.ledger("SELECT count(*) AS n FROM audit_runs")[0]["n"] == 1
    audit_job()
    page = visit.text("/audit")
    assert "clean" in page
    assert "day totals holds each call counts once" in page
    with transaction(told.floor.parts.engine) as connection:
        connection.execute(text("UPDATE day_totals SET calls = 9"))
    visit.press("/audit/run", "/audit")
    audit_job()
    page = visit.text("/audit")
    assert "1 off" in page
    assert "should be:" in page
    assert f"repsync rebuild {JANE}" in page


def test_who_only_looks_asks_for_no_audit(told: World) -> None:
    """A viewer reads the page and has no button."""
    visit = Visit(told.floor, "viewer")
    assert "Run the audit now" not in visit.text("/audit")
    assert visit.press("/audit/run", "/audit").status_code == 403
    assert Visit(told.floor, "rep", JANE).get("/audit").status_code == 403


def _write(world: World, count: int) -> None:
    with transaction(world.floor.parts.engine) as connection:
        for n in range(count):
            audit.add(connection, actor=f"actor{n % 2}", action="tested", subject=f"thing:{n}", rep=(JANE, JONY)[n % 2])


def test_the_log_is_filtered_by_each_field(told: World) -> None:
    """Who, what, to what, whose and when; a name that nobody has is told, and finds nothing."""
    _write(told, 4)
    visit = Visit(told.floor, "viewer")
    for asked in ({"actor": "actor1"}, {"rep": "Jony Ive"}, {"rep": JONY}):
        page = visit.text("/audit", **asked)
        assert "thing:1" in page
        assert "thing:0" not in page
    assert "thing:2" in visit.text("/audit", subject="thing:2", action="tested")
    today = datetime.now(UTC).date().isoformat()
    assert "thing:3" in visit.text("/audit", since=today, until=today)
    assert "thing:3" not in visit.text("/audit", until="2026-01-01")
    assert "no workspace member is known as 'Nobody'" in visit.text("/audit", rep="Nobody")
    assert "thing:3" in visit.text("/audit", since="yesterday", before="x")


def test_the_log_page_by_page(told: World) -> None:
    """Each row is on one page, the newest first; the filter goes along, and what is written meanwhile moves nothing."""
    _write(told, 110)
    visit = Visit(told.floor, "viewer")
    first = visit.get("/audit", action="tested").get_data(as_text=True)
    older = parse_qs(urlsplit(first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")).query)
    _write(told, 3)
    second = visit.get("/audit", **{name: words[0] for name, words in older.items()}).get_data(as_text=True)
    assert "thing:109<" in first
    assert "thing:60<" in first
    assert "thing:59<" not in first
    assert "thing:59<" in second
    assert "thing:60<" not in second


def test_the_rules_in_force_are_shown_with_their_sources(told: World) -> None:
    """Each number, what it means, and where it comes from."""
    page = Visit(told.floor, "viewer").text("/audit")
    assert "xp.two_plus_from_s 120 seconds from which on a call is long LIDS" in page
    assert "version 3.0-1" in page
