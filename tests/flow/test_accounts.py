"""Accounts of the recorded day (worked out by hand in test_recorded_day.py): each XP and each gate is explained."""

from base64 import urlsafe_b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from floor import JANE, JONY, PHIL, Floor
from small_rules import small_rules
from sqlalchemy import insert
from world import World

from accounts.awards_page import AwardsPage, awards_page
from accounts.cursors import InvalidCursor
from accounts.errors import AmbiguousRep, UnknownRep
from accounts.rep_account import RepAccount, find_rep, rep_account
from ledger.awards import add_awards
from ledger.engine import snapshot, transaction
from ledger.tables import members
from programs.progression.awards import Award
from schemas.account import RepAccountAnswer

XP = {JANE: 765, JONY: 564, PHIL: 861}


@pytest.fixture
def settled(floor: Floor) -> Floor:
    """A floor whose day is over, swept and written."""
    floor.play()
    floor.digest()
    floor.publish()
    floor.sweep()
    return floor


def _account(floor: Floor, rep: str) -> RepAccount:
    with snapshot(floor.parts.engine) as connection:
        return rep_account(connection, rep)


def _pages(floor: Floor, rep: str, limit: int) -> Iterator[AwardsPage]:
    cursor: str | None = ""
    while cursor is not None:
        with snapshot(floor.parts.engine) as connection:
            page = awards_page(connection, rep, limit, cursor or None)
        yield page
        cursor = page.next


def _gate(account: RepAccount, rank: str, gate: str) -> dict[str, Any]:
    gates = (account.rep.standing or {})["gates"]
    (found,) = [each for each in gates if (each["rank"], each["gate"]) == (rank, gate)]
    return {name: found[name] for name in ("have", "need", "met", "reason")}


def test_every_xp_is_an_award_with_its_fact(settled: Floor) -> None:
    """The awards of all pages sum up to the total that Twenty shows, and each names its fact."""
    for rep, total in XP.items():
        awards = [told for page in _pages(settled, rep, 7) for told in page.awards]
        xp = _account(settled, rep).xp
        assert sum(told.award.amount for told in awards) == total == settled.rows()[rep]["totalXp"]
        assert (xp.total, xp.ours, xp.foreign, xp.gap) == (total, total, 0, 0)
        assert all(told.fact is not None and told.fact.fact.key == told.award.cause for told in awards)
        assert {told.why for told in awards} == {"by the rules"}
        assert all(told.award.published_at is not None for told in awards)


def test_gates_are_as_worked_out_by_hand(settled: Floor) -> None:
    """Of every rank, have, need and reason of what a hand count of the day gives."""
    jane, phil = _account(settled, JANE), _account(settled, PHIL)
    assert _gate(jane, "E-2", "dials") == {"have": 26, "need": 100, "met": False, "reason": ""}
    assert _gate(jane, "E-2", "xp") == {"have": 765, "need": 500, "met": True, "reason": ""}
    assert _gate(phil, "E-4", "sub_thirty_drop") == {
        "have": "7.14 %",
        "need": "< 50 %",
        "met": True,
        "reason": "2 of 28",
    }
    assert _gate(phil, "E-3", "appointments") == {"have": 2, "need": 3, "met": False, "reason": ""}
    assert _gate(jane, "E-7", "team_metrics")["reason"] == "not verifiable"


def test_an_account_says_who_and_how_current(settled: Floor) -> None:
    """Name, nothing that waits, and the watermark, after everything was published."""
    account = _account(settled, JANE)
    assert account.rep.name == "Jane Austen"
    assert account.waiting == {}
    assert account.freshness.up_to_date
    assert account.freshness.watermark_at is not None
    assert [write.sequence for write in account.writes] == [2, 1]
    assert account.writes[0].fields["totalXp"] == 765


def test_what_waits_is_told(floor: Floor) -> None:
    """Before the first publish there is no standing; before the sweep a deal waits for the watermark."""
    floor.play()
    floor.digest()
    before = _account(floor, PHIL)
    assert (before.rep.standing, before.freshness.up_to_date) == (None, False)
    assert before.freshness.dirty_since_at is not None
    floor.publish()
    assert _account(floor, PHIL).waiting["opportunity"] == 2


def test_a_delivery_that_is_not_digested_waits(world: World) -> None:
    """Nobody can say whose it is before it is read, so no standing is called up to date."""
    world.call("Call - CONTACT | 2:05 | Kim")
    world.told()
    assert _account(world.floor, JANE).freshness.up_to_date
    world.call("Call - CONTACT | 2:06 | Kim")
    world.collect()
    world.deliver()
    waiting = _account(world.floor, JANE).freshness
    assert (waiting.up_to_date, waiting.pending_deliveries, waiting.dirty_since_at) == (False, 1, None)


def test_pages_cover_all_awards_once_while_new_ones_come(settled: Floor) -> None:
    """Each award that was there is on exactly one page, newest first, though one is inserted before each page."""
    there = {row["id"] for row in settled.ledger("SELECT id FROM awards WHERE rep = :rep", rep=JANE)}
    seen: list[int] = []
    for number, page in enumerate(_pages(settled, JANE, 7)):
        seen += [told.award.id for told in page.awards]
        with transaction(settled.parts.engine) as connection:
            at = datetime(2026, 11, 20, tzinfo=UTC)
            late = Award(f"note:late-{number}", "dial", f"note:late-{number}", 2, "paid", at, waited=False)
            add_awards(connection, {JANE: [late]}, "test")
    assert (len(seen), set(seen)) == (len(there), there)
    assert seen == sorted(seen, reverse=True)


def test_the_last_page_says_that_it_is_the_last(settled: Floor) -> None:
    """Also when it is full: no empty page follows."""
    (all_of_them,) = _pages(
        settled, JANE, settled.ledger("SELECT count(*) n FROM awards WHERE rep = :r", r=JANE)[0]["n"]
    )
    assert all_of_them.next is None


def test_equal_times_are_no_obstacle(settled: Floor) -> None:
    """Awards inserted at one moment are told apart by their id."""
    with transaction(settled.parts.engine) as connection:
        connection.exec_driver_sql("UPDATE awards SET awarded_at = '2026-11-21T00:00:00Z'")
    seen = [told.award.id for page in _pages(settled, PHIL, 3) for told in page.awards]
    assert len(seen) == len(set(seen)) == settled.ledger("SELECT count(*) n FROM awards WHERE rep = :r", r=PHIL)[0]["n"]


def test_a_cursor_that_no_page_gave_out_is_refused(settled: Floor) -> None:
    """No base64, no JSON, another JSON, a time without a zone, a negative id, one that PostgreSQL can't hold."""
    made = [_encoded(text) for text in ("{}", "[1, 2]", '["2026-11-21", 1]', '["2026-11-21T00:00:00Z", -1]')]
    for cursor in ("x", "é", *made, _encoded(f'["2026-11-21T00:00:00Z", {2**63}]')):
        with snapshot(settled.parts.engine) as connection, pytest.raises(InvalidCursor):
            awards_page(connection, JANE, 5, cursor)


def _encoded(text: str) -> str:
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def test_a_rep_is_found_by_id_or_exact_name(settled: Floor) -> None:
    """A name that two members have is told with both ids; a part of a name is nobody's."""
    with transaction(settled.parts.engine) as connection:
        assert find_rep(connection, JANE) == find_rep(connection, "Jane Austen") == JANE
        with pytest.raises(UnknownRep, match="Jane"):
            find_rep(connection, "Jane")
        now = datetime(2026, 11, 21, tzinfo=UTC)
        connection.execute(insert(members).values(id="other", name="Jane Austen", updated_at=now))
        with pytest.raises(AmbiguousRep, match=f"{JANE}, other"):
            find_rep(connection, "Jane Austen")


def test_a_member_who_never_worked_has_an_empty_account(settled: Floor) -> None:
    """Nothing is wrong with them: no standing, no XP, no awards."""
    with transaction(settled.parts.engine) as connection:
        now = datetime(2026, 11, 21, tzinfo=UTC)
        connection.execute(insert(members).values(id="new", name="New Rep", updated_at=now))
    account = _account(settled, "new")
    assert (account.rep.standing, account.xp.total, account.awards.awards) == (None, 0, ())
    assert RepAccountAnswer().dump(account)["standing"] is None


def test_a_rank_step_and_a_badge_name_the_fact_that_tipped_them(world: World) -> None:
    """With small rules the third dial makes Jane E-2 and earns opener_elite, and the account names that call."""
    world.use(small_rules())
    for _ in range(2):
        world.call("Call - NO_ANSWER | 0:40 | Kim")
    third = world.call("Call - NO_ANSWER | 0:41 | Kim")
    world.settled()
    told = RepAccountAnswer().dump(_account(world.floor, JANE))
    (step,) = told["rankSteps"]
    assert (step["rank"], step["fact"]["recordId"], step["fact"]["durationS"]) == ("E-2", third, 41)
    (won,) = [badge for badge in told["badges"] if badge["badge"] == "opener_elite.bronze"]
    assert (won["fact"]["recordId"], won["fact"]["disposition"]) == (third, "NO_ANSWER")


def test_an_award_of_0_says_why(world: World) -> None:
    """Work done before the row was adopted counts and pays nothing, and the account says so."""
    world.call("Call - CONTACT | 2:05 | Kim")
    world.passes(hours=1)
    world.twenty.put("repProgressions", {"workspaceMemberId": JANE, "name": "Jane", "totalXp": 4000})
    world.told()
    account = _account(world.floor, JANE)
    assert (account.xp.total, account.xp.foreign, account.xp.adopted_at is None) == (4000, 4000, False)
    assert {(told.award.amount, told.award.basis) for told in account.awards.awards} == {(0, "adopted")}
    assert "before repsync took over" in account.awards.awards[0].why


def test_xp_that_no_award_explains_is_a_gap(world: World) -> None:
    """Twenty's row holds 50 XP of ours, as after the ledger was lost; the awards explain 20 of them."""
    row = {"workspaceMemberId": JANE, "name": "Jane", "totalXp": 53, "syncedXp": 50}
    world.twenty.put("repProgressions", row)
    world.call("Call - CONTACT | 2:05 | Kim")
    world.told()
    xp = _account(world.floor, JANE).xp
    assert (xp.total, xp.ours, xp.foreign, xp.gap) == (53, 50, 3, 30)


def test_a_correction_is_in_the_account(world: World) -> None:
    """An edit that lowers the metrics shows in the audit rows with before and after."""
    note = world.call("Call - CONTACT | 2:05 | Kim")
    world.told()
    world.edit(note, "Call - CONTACT | 0:12 | Kim")
    world.told()
    (row,) = _account(world.floor, JANE).audit_log
    assert (row.action, row.subject, row.before, row.after) == (
        "edited",
        f"note:{note}",
        {"duration_s": 125},
        {"duration_s": 12},
    )
