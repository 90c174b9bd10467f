"""What is corrected in Twenty moves the metrics at once; XP never falls; the audit log says what, and why."""

from typing import Any

from floor import JANE, JONY
from world import World

LONG, SHORT = "Call - CONTACT | 2:05 | Kim", "Call - CONTACT | 0:12 | Kim"


def _audited(world: World) -> list[dict[str, Any]]:
    return world.floor.ledger("SELECT actor, action, subject, rep, before, after, cause FROM audit_log ORDER BY id")


def _figures(world: World) -> tuple[int, int, int, int]:
    standing = world.standing()
    names = ("totalCalls", "subThirtyCalls", "overTwoMinuteCalls", "totalXp")
    calls, sub_thirty, over_two, xp = (standing[name] for name in names)
    return calls, sub_thirty, over_two, xp


def test_an_edit_moves_the_metrics_and_keeps_the_xp(world: World) -> None:
    """A long call that turns out short drops out of one rate and into the other, and its 20 XP stay."""
    note = world.call(LONG)
    world.told()
    assert _figures(world) == (1, 0, 1, 20)
    world.edit(note, SHORT)
    world.told()
    assert _figures(world) == (1, 1, 0, 20)
    (row,) = _audited(world)
    assert row["cause"].startswith("delivery ")
    del row["cause"]
    assert row == {
        "actor": "digest",
        "action": "edited",
        "subject": f"note:{note}",
        "rep": JANE,
        "before": {"duration_s": 125},
        "after": {"duration_s": 12},
    }


def test_a_deleted_note_leaves_the_metrics_and_comes_back_with_a_restore(world: World) -> None:
    """Deleting and restoring move the count of calls at once, and neither takes or gives XP."""
    note = world.call(LONG)
    world.told()
    world.delete("notes", note)
    world.told()
    assert _figures(world) == (0, 0, 0, 20)
    world.restore("notes", note)
    world.told()
    assert _figures(world) == (1, 0, 1, 20)
    assert [row["action"] for row in _audited(world)] == ["deleted", "restored"]


def test_a_destroyed_note_leaves_the_metrics_for_good(world: World) -> None:
    """A hard delete is a correction, too."""
    note = world.call(LONG)
    world.told()
    world.destroy("notes", note)
    world.told()
    assert _figures(world) == (0, 0, 0, 20)
    assert [row["action"] for row in _audited(world)] == ["deleted"]


def test_a_reopened_deal_is_no_closed_deal_and_keeps_its_xp(world: World) -> None:
    """300 XP for the deal and 100 for its appointment stay; the row counts what is closed now."""
    deal = world.deal("CUSTOMER")
    world.settled()
    assert (world.row()["closedDeals"], world.row()["totalXp"]) == (1, 400)
    world.move(deal, "PROPOSAL")
    world.told()
    assert (world.row()["closedDeals"], world.row()["totalXp"]) == (0, 400)
    (row,) = _audited(world)
    assert (row["action"], row["before"], row["after"]) == ("reopened", {"won_now": True}, {"won_now": False})


def test_a_deal_that_changes_hands_moves_to_the_new_owner(world: World) -> None:
    """The metrics follow the owner, the XP stays with whom it was given to."""
    deal = world.deal("CUSTOMER")
    world.settled()
    world.hand_over(deal, JONY)
    world.settled()
    assert (world.row(JANE)["closedDeals"], world.row(JANE)["totalXp"]) == (0, 400)
    assert (world.row(JONY)["closedDeals"], world.row(JONY)["totalXp"] or 0) == (1, 0)
    (row,) = _audited(world)
    assert (row["action"], row["rep"], row["after"]) == ("reassigned", JANE, {"rep": JONY})


def test_the_ordinary_way_of_a_deal_corrects_nothing(world: World) -> None:
    """A note that gets its lead and a deal that gets ahead leave no row in the audit log."""
    deal = world.deal("NEW", lead=world.person())
    world.call(LONG, lead=world.person())
    for stage in ("MEETING", "PROPOSAL", "CUSTOMER"):
        world.move(deal, stage)
        world.told()
    world.settled()
    assert _audited(world) == []
