"""Numbers in a row that are beyond what the ledger holds: the rep is published all the same, and a person is told."""

from importlib import import_module
from typing import Any

import pytest
from floor import JANE, JONY
from other_writers import change
from proving import discrepancies, spoil
from structlog.testing import capture_logs
from world import World

CALL = "Call - CONTACT | 2:05 | Kim"
HUGE = 2**53 - 1


def _told(world: World) -> list[Any]:
    with capture_logs() as logs:
        for _ in range(3):
            world.settled()
            world.passes(minutes=10)
    assert world.floor.ledger("SELECT refused FROM reps WHERE refused IS NOT NULL OR dirty > done") == []
    assert discrepancies(world.floor) == []
    return [log["warning"] for log in logs if "warning" in log]


@pytest.mark.parametrize("synced", [2**31, 3_000_000_000, HUGE, 1e300])
def test_a_synced_xp_that_nobody_earns_is_not_ours(world: World, synced: object) -> None:
    """The ledger's figure stands in, no award is made of it, and calls go on being paid; the total never falls."""
    world.call(CALL)
    world.settled()
    change(world, totalXp=5_000_000_000, syncedXp=synced)
    world.call(CALL)
    assert "syncedXp: more than repsync counts to, read as empty" in _told(world)
    assert (world.row()["syncedXp"], world.row()["totalXp"]) == (40, 5_000_000_000 + 20)
    assert world.floor.ledger("SELECT sum(amount)::int AS xp FROM awards") == [{"xp": 40}]


@pytest.mark.parametrize("fields", [{"syncedXp": HUGE}, {"appliedSequence": HUGE}, {"totalXp": HUGE}])
def test_a_row_that_holds_one_when_repsync_comes(world: World, fields: dict[str, int]) -> None:
    """Whichever field it is: the rep is opened, paid and published, and what is written is read back as written."""
    world.twenty.put("repProgressions", {"workspaceMemberId": JANE, "name": "Jane", "totalXp": 4000, **fields})
    world.call(CALL)
    assert f"{next(iter(fields))}: more than repsync counts to, read as empty" in _told(world)
    world.call(CALL)
    _told(world)
    row = world.row()
    assert row["syncedXp"] == world.floor.ledger("SELECT sum(amount)::int AS xp FROM awards")[0]["xp"]
    assert row["totalXp"] == row["syncedXp"] + (0 if "totalXp" in fields else 4000)


def test_a_ledger_that_holds_one_since_an_older_release_is_healed(world: World) -> None:
    """Until the migration that rep's row is refused, with the reason, and the others' are written; from then on the
    calls are paid, and the total that stands in Twenty stays."""
    heal = import_module("ledger.migrations.versions.0015_standing").HEAL
    world.call(CALL)
    world.settled()
    spoil(world.floor, "UPDATE reps SET synced_xp = 3000000000 WHERE id = %(jane)s", jane=JANE)
    for rep in (JANE, JONY):
        world.call(CALL, rep)
    for _ in range(3):
        world.settled()
        world.passes(minutes=10)
    assert world.floor.ledger("SELECT id FROM reps WHERE refused LIKE '%DataError%'") == [{"id": JANE}]
    assert world.row(JONY)["totalXp"] == 20
    spoil(world.floor, heal)
    world.call(CALL)
    _told(world)
    assert (world.row()["syncedXp"], world.row()["totalXp"]) == (60, 3_000_000_000 + 20)
