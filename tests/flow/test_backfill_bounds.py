"""What a backfill pays, and how far back it reads."""

from datetime import date, timedelta

import pytest
from backfilling import Killed, awarded, killed_at_page, put_calls, run_backfill
from floor import JANE, JONY
from losing import destroy_unheard, look, missing, swept_later
from world import World

from ledger.engine import transaction
from worker.backfill import NothingToDo, NotNow

NOVEMBER_18 = date(2026, 11, 18)  # midnight in New York: 05:00 UTC


def _facts(world: World) -> dict[str, int]:
    return {row["key"]: 1 for row in world.floor.ledger("SELECT key FROM facts WHERE live")}


def test_a_row_with_xp_is_adopted_and_a_fresh_one_is_paid(world: World) -> None:
    """Jane comes with 4,000 XP: her old calls count and pay 0. Jony has no row: his pay. Later calls pay both."""
    world.twenty.put("repProgressions", {"workspaceMemberId": JANE, "name": "Jane", "totalXp": 4_000})
    put_calls(world, 5, JANE)
    put_calls(world, 5, JONY)
    found = run_backfill(world)
    assert awarded(world) == [
        {"rep": JANE, "basis": "adopted", "xp": 0, "count": 15},
        {"rep": JONY, "basis": "paid", "xp": 100, "count": 15},
    ]
    assert (found.came.xp_paid, found.came.awards_paid, found.came.awards_adopted) == (100, 15, 15)
    assert (world.row(JANE)["totalXp"], world.row(JONY)["totalXp"]) == (4_000, 100)
    assert (world.standing(JANE)["totalCalls"], world.standing(JONY)["totalCalls"]) == (5, 5)
    world.passes(minutes=1)
    world.call("Call - CONTACT | 2:05 | Kim")
    world.told()
    assert world.row(JANE)["totalXp"] == 4_020


def test_since_bounds_calls_by_when_they_were_made_and_deals_by_their_last_change(world: World) -> None:
    """A call from before stays out, edited since or not; a deal from before that was won since comes in."""
    edited, _ = world.call("Call - CONTACT | 2:05 | Kim"), world.call("Call - BUSY | 0:05 | Kim")
    won, _ = world.deal("MEETING"), world.deal("CUSTOMER")
    world.twenty.put("notes", {"title": "Call - DNC | 0:05 | Kim", "createdAt": "2026-11-18T04:59:59.999Z"})
    at = "2026-11-18T05:00:00.000Z"
    world.twenty.put("notes", {"id": JANE, "title": "Call - DNC | 0:05 | Kim", "createdAt": at})
    world.passes(days=3)
    world.edit(edited, "Call - CONTACT | 3:05 | Kim")
    world.move(won, "CUSTOMER")
    lead = world.person()
    made = world.call("Call - CONTACT | 2:05 | Kim", lead=lead)
    world.passes(minutes=5)
    found = run_backfill(world, NOVEMBER_18)
    assert found.since_on == NOVEMBER_18
    assert set(_facts(world)) == {f"note:{made}", f"note:{JANE}", f"opportunity:{won}"}
    assert world.floor.ledger("SELECT lead FROM facts WHERE key = :key", key=f"note:{made}") == [{"lead": lead}]
    world.passes(minutes=1)
    world.floor.sweep()
    assert (world.standing()["totalCalls"], world.standing()["closedDeals"]) == (1, 1)


def test_looking_for_missing_records_keeps_to_the_bound(world: World) -> None:
    """What was left out is not brought in as never seen, nor does it hide what is missing since that day."""
    put_calls(world, 3)
    world.passes(days=3)
    put_calls(world, 2)
    gone = world.call("Call - CONTACT | 2:05 | Kim")
    world.passes(minutes=1)
    run_backfill(world, NOVEMBER_18)
    destroy_unheard(world, "notes", gone)
    swept_later(world)
    look(world)
    swept_later(world)
    look(world)
    assert missing(world) == {gone: "confirmed"}
    assert world.standing()["totalCalls"] == 2


def test_the_rest_can_be_read_later(world: World) -> None:
    """After a bounded backfill the whole one reads what was left out, and pays the rest once."""
    put_calls(world, 3)
    world.passes(days=3)
    put_calls(world, 4)
    run_backfill(world, NOVEMBER_18)
    assert world.row()["totalXp"] == 4 * 20
    world.floor.sweep()
    found = run_backfill(world)
    assert (found.since_on, found.rows, found.came.versions) == (None, 9, 3)
    assert world.row()["totalXp"] == 7 * 20
    with pytest.raises(NothingToDo, match="was read before"):
        run_backfill(world)


def test_another_since_begins_anew_and_none_is_asked_for(world: World, small_pages: None) -> None:
    """Nobody gets the whole history by forgetting an option; a day that is named counts."""
    put_calls(world, 9)
    world.passes(days=3)
    put_calls(world, 9)
    with pytest.raises(Killed), killed_at_page(world, 5, []):
        run_backfill(world, NOVEMBER_18)
    with pytest.raises(NotNow, match="`repsync backfill --since 2026-11-18`"):
        run_backfill(world)
    assert run_backfill(world, NOVEMBER_18 + timedelta(days=60)).rows == 2
    assert run_backfill(world, NOVEMBER_18).rows == 2 + 9
    assert world.floor.ledger("SELECT only_since_on FROM backfill_state") == [{"only_since_on": NOVEMBER_18}]
    with transaction(world.floor.parts.engine) as connection:
        connection.exec_driver_sql("UPDATE backfill_state SET only_since_on = NULL")
    assert run_backfill(world, NOVEMBER_18).came.versions == 0
    assert world.floor.ledger("SELECT only_since_on FROM backfill_state") == [{"only_since_on": None}]
