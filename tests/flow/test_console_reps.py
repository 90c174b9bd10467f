"""The console's pages of reps over a world: what they say, to whom, and what their forms do."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from html import unescape

import pytest
from console import Visit, read
from floor import JANE, JONY
from sqlalchemy import Engine, event, text
from world import World

from accounts.rep_board import refresh_board, rep_board
from ledger.engine import snapshot, transaction
from ledger.rep_board import BoardQuestion

HOSTILE = "<img src=x onerror=alert(1)>\u202e'); DROP TABLE reps; --"


@pytest.fixture
def worked(world: World) -> World:
    """Jane called three times the week before and twice this week, Jony once the week before."""
    for title in ("Call - CONTACT | 2:05 | A", "Call - CONTACT | 0:12 | B", "Call - NO_ANSWER | 0:05 | C"):
        world.call(title)
    world.call("Call - CONTACT | 1:00 | D", rep=JONY)
    world.settled()
    world.passes(days=8)
    world.call("Call - CONTACT | 3:10 | E")
    world.call("Call - CONTACT | 2:30 | F")
    world.settled()
    return world


def test_the_board_tells_who_moves_and_who_stalls(worked: World) -> None:
    """XP of the last seven days stand against those before; who did nothing since has stalled."""
    engine, rules = worked.floor.parts.engine, worked.floor.parts.rules
    refresh_board(engine, rules, worked.now())
    with snapshot(engine) as connection:
        jane, jony = rep_board(connection, rules, BoardQuestion())
    row = jane.row
    assert (row.name, row.week_xp, row.before_xp, jane.change, row.trend) == ("Jane Austen", 40, 27, 13, "up")
    assert (jony.row.week_xp, jony.row.before_xp, jony.row.trend) == (0, 5, "stalled")
    assert (jane.figures.rates["sub30sDropRate"].have, jane.row.last_active_on) == (2, date(2026, 11, 24))


@contextmanager
def _counted(engine: Engine) -> Iterator[list[str]]:
    statements: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", count)
    yield statements
    event.remove(engine, "before_cursor_execute", count)


def test_the_board_asks_as_often_for_many_as_for_few(worked: World) -> None:
    """Two queries beside the transaction's own, however many reps there are."""
    engine = worked.floor.parts.engine
    with transaction(engine) as connection:
        many = (
            "INSERT INTO members (id, name, updated_at) SELECT 'm' || n, 'M' || n, now() FROM generate_series(1, 60) n"
        )
        connection.execute(text(many))
    refresh_board(engine, worked.floor.parts.rules, worked.now())
    with snapshot(engine) as connection, _counted(engine) as statements:
        assert len(rep_board(connection, worked.floor.parts.rules, BoardQuestion())) == 62
    assert len(statements) == 2


def test_the_table_sorts_searches_and_pages(worked: World) -> None:
    """Links and a form do it, without scripts."""
    visit = Visit(worked.floor, "viewer")
    page = visit.text("/reps", sort="-xp")
    assert page.index("Jane Austen") < page.index("Jony Ive")
    assert "1 improving" in page
    assert "1 stalled" in page
    found = visit.text("/reps", search="jony")
    assert "Jony Ive" in found
    assert "Jane Austen" not in found
    assert "1 of 2" in found
    assert "Nobody fits." in visit.text("/reps", search="nobody of this name")
    assert "<script" not in visit.get("/reps").get_data(as_text=True).split("</head>")[1]


def test_what_stands_between_a_rep_and_twenty_is_said(worked: World) -> None:
    """Refused with the reason, a problem with the row, waiting since: each in words."""
    with transaction(worked.floor.parts.engine) as connection:
        connection.execute(text("UPDATE reps SET refused = 'totalXp: not a number' WHERE id = :id"), {"id": JANE})
        connection.execute(text("UPDATE reps SET row_problem = 'two rows' WHERE id = :id"), {"id": JONY})
    page = Visit(worked.floor, "viewer").text("/reps")
    assert "refused totalXp: not a number" in page
    assert "row problem two rows" in page
    waiting = "UPDATE reps SET refused = NULL, row_problem = NULL, dirty = dirty + 1, dirty_at = now() WHERE id = :id"
    with transaction(worked.floor.parts.engine) as connection:
        connection.execute(text(waiting), {"id": JANE})
    assert "waiting since" in Visit(worked.floor, "ops").text("/reps", search="Jane")


def test_a_reps_page_puts_progress_first(worked: World) -> None:
    """What is better, what comes next and with what it was earned, in this order; what repsync did comes last."""
    page = Visit(worked.floor, "viewer").text(f"/reps/{JANE}")
    said = [
        "Level 1",
        "33 XP to level 2 as much as 7 connects or 1 appointment",
        "40 XP, 13 more than the week before",
        "Next: E-2 SDR II",
        "dials 5 of 100",
        "The last 12 weeks",
        "Badges",
        "Nov 2026, ",
        "call CONTACT, 3:10",
        "Written to Twenty",
    ]
    places = [page.find(words) for words in said]
    assert -1 not in places, dict(zip(said, places, strict=True))
    assert [places[n] for n in (0, 1, 2, 3, 5, 6, 9)] == sorted(places[n] for n in (0, 1, 2, 3, 5, 6, 9))


def test_a_rep_sees_its_own_page_without_what_is_for_ops(worked: World) -> None:
    """Its own alone: not another's, not the table; nor what was written, nor forms to act with."""
    visit = Visit(worked.floor, "rep", JANE)
    page = visit.text(f"/reps/{JANE}")
    assert "40 XP, 13 more than the week before" in page
    for words in ("Written to Twenty", "Sync now", "its way", JANE):
        assert words not in page
    refused = (f"/reps/{JONY}", "/reps", "/audit", "/records/note/x")
    assert {visit.get(path).status_code for path in refused} == {403}
    assert visit.press(f"/reps/{JANE}/sync", f"/reps/{JANE}").status_code == 403


def test_a_name_of_html_is_text(worked: World) -> None:
    """A member may be called anything: nothing of it is obeyed."""
    with transaction(worked.floor.parts.engine) as connection:
        connection.execute(text("UPDATE members SET name = :name WHERE id = :id"), {"name": HOSTILE, "id": JANE})
    visit = Visit(worked.floor, "ops")
    for path in ("/reps", f"/reps/{JANE}", "/audit"):
        sent = visit.get(path).get_data(as_text=True)
        assert "<img src=x" not in sent
        assert "\u202e" not in sent
    assert "&lt;img src=x onerror=alert(1)&gt;" in visit.get(f"/reps/{JANE}").get_data(as_text=True)
    assert "Jony Ive" in visit.text("/reps", search="'); DROP TABLE reps; --") + visit.text("/reps")


def test_awards_page_by_page(worked: World) -> None:
    """Each award is on one page, the newest first; a cursor that nobody gave out is no page."""
    for minute in range(25):
        worked.call(f"Call - CONTACT | 1:{minute:02} | G")
    worked.settled()
    visit = Visit(worked.floor, "viewer")
    pages, path = list[str](), f"/reps/{JANE}"
    while path:
        pages.append(visit.get(path).get_data(as_text=True).partition('id="awards"')[2])
        following = re.search(r'rel="next" href="/console([^"#]+)', pages[-1])
        path = unescape(following[1]) if following else ""
    count = worked.floor.ledger("SELECT count(*) AS n FROM awards WHERE rep = :rep", rep=JANE)[0]["n"]
    assert [page.count('data-label="Reason"') for page in pages] == [20, 20, 20, count - 60]
    assert "CONTACT, 2:05" not in pages[0]
    assert "CONTACT, 2:05" in pages[-2] + pages[-1]
    assert visit.get(f"/reps/{JANE}", awards="nonsense").status_code == 404


@pytest.mark.parametrize("rep", ["nobody", "%00", "x" * 500, "..%2f..%2fetc"])
def test_nobody_has_no_page(world: World, rep: str) -> None:
    """Whatever the address names, there is a page that says what to do."""
    assert Visit(world.floor, "viewer").get(f"/reps/{rep}").status_code == 404


def test_sync_now_writes_the_row_and_says_what_changed(worked: World) -> None:
    """Ops presses: what waits is digested and written, and the page tells which figures are others now."""
    worked.call("Call - CONTACT | 2:45 | H")
    worked.collect()
    while worked.mail:
        worked.deliver()
    visit = Visit(worked.floor, "ops")
    page = read(visit.press(f"/reps/{JANE}/sync", f"/reps/{JANE}"))
    assert "Synced What changed" in page
    assert "totalCalls 5 6" in page
    assert "totalXp 67 87" in page
    assert worked.row()["totalXp"] == 87
    row = worked.floor.ledger("SELECT * FROM audit_log WHERE action = 'rep synced'")[0]
    assert (row["actor"], row["rep"], row["after"]["outcome"]) == ("an-ops", JANE, "synced")
    again = read(visit.press(f"/reps/{JANE}/sync", f"/reps/{JANE}"))
    assert "Synced: nothing differed" in again


def test_rebuild_corrects_and_says_what(worked: World) -> None:
    """What differs from the versions is put right; where nothing does, the page says so."""
    visit = Visit(worked.floor, "ops")
    assert "everything came out as it is kept" in read(visit.press(f"/reps/{JANE}/rebuild", f"/reps/{JANE}"))
    with transaction(worked.floor.parts.engine) as connection:
        connection.execute(text("UPDATE day_totals SET calls = calls + 7 WHERE rep = :rep"), {"rep": JANE})
    page = read(visit.press(f"/reps/{JANE}/rebuild", f"/reps/{JANE}"))
    assert "Rebuilt and corrected" in page
    assert "2 day totals" in page
    assert worked.floor.ledger("SELECT sum(calls) AS n FROM day_totals WHERE rep = :rep", rep=JANE)[0]["n"] == 5


def test_who_only_looks_cannot_act(worked: World) -> None:
    """A viewer sees no form, and one that is made up is refused; so is what another rep's page brings."""
    visit = Visit(worked.floor, "viewer")
    assert "Sync now" not in visit.text(f"/reps/{JANE}")
    assert visit.press(f"/reps/{JANE}/rebuild", f"/reps/{JANE}").status_code == 403
    ops = Visit(worked.floor, "ops")
    ops.press(f"/reps/{JANE}/rebuild", f"/reps/{JANE}")
    row = worked.floor.ledger("SELECT id FROM audit_log WHERE action = 'rep rebuilt'")[0]["id"]
    assert "came out as it is kept" in ops.text(f"/reps/{JANE}", done=row)
    for done in (row + 1, "x", "9" * 30):
        assert "came out" not in ops.text(f"/reps/{JANE}", done=done)
    assert "came out" not in ops.text(f"/reps/{JONY}", done=row)


def test_a_records_way_is_told(worked: World) -> None:
    """From the delivery to the award and the write; what nobody was told of has no page."""
    note = worked.floor.ledger("SELECT key FROM facts WHERE rep = :rep ORDER BY occurred_at", rep=JANE)[0]["key"]
    visit = Visit(worked.floor, "viewer")
    page = visit.text(f"/records/note/{note.partition(':')[2]}")
    for words in ("call CONTACT, 2:05", "Jane Austen", "processed", "two plus", "Carried to Twenty"):
        assert words in page
    for path in ("/records/note/nothing", "/records/person/x", "/records/note/%00"):
        assert visit.get(path).status_code == 404


def test_before_the_first_standing_there_is_a_page(world: World) -> None:
    """A member who never worked is told what makes the first standing."""
    world.floor.sweep()
    assert "No standing yet." in Visit(world.floor, "viewer").text(f"/reps/{JANE}")
