"""What was written to Twenty is kept, and so is the row as it was last known."""

from floor import JANE
from world import World


def test_each_write_is_kept_with_its_fields_and_sequence(world: World) -> None:
    """A call writes the whole row, the next one only what changed; a publish that changes nothing leaves no trace."""
    world.floor.sweep()
    world.call("Call - NO_ANSWER | 0:40 | Kim")
    world.told()
    world.floor.publish()
    world.call("Call - NO_ANSWER | 0:41 | Kim")
    world.told()
    first, second = world.floor.ledger("SELECT rep, sequence, fields FROM writes ORDER BY id")
    assert (first["rep"], first["sequence"], second["sequence"]) == (JANE, 1, 2)
    assert (first["fields"]["totalXp"], first["fields"]["name"]) == (2, "Jane Austen")
    assert second["fields"]["totalXp"] == 4
    assert "name" not in second["fields"]
    assert second["sequence"] == world.floor.twenty.rows("repProgressions")[0]["appliedSequence"]


def test_the_row_as_last_known_is_what_twenty_holds(world: World) -> None:
    """After a write the ledger knows the row, with what others put there."""
    world.call("Call - NO_ANSWER | 0:40 | Kim")
    world.told()
    row = world.twenty.rows("repProgressions")[0]
    world.twenty.put("repProgressions", row | {"badges": ["employee_of_the_month"]})
    world.call("Call - NO_ANSWER | 0:41 | Kim")
    world.told()
    (kept,) = world.floor.ledger("SELECT row FROM reps WHERE id = :rep", rep=JANE)
    now = world.twenty.rows("repProgressions")[0]
    names = ("workspaceMemberId", "totalXp", "syncedXp", "currentLevel", "badges", "efficiencyMetrics")
    assert {name: kept["row"][name] for name in names} == {name: now[name] for name in names}
    assert kept["row"]["badges"] == ["employee_of_the_month"]
