"""Rule 3: each kind of XP has one owner; where another program pays it into the row, repsync pays 0 for it."""

from dataclasses import replace
from typing import Any

import pytest
from floor import JANE
from other_writers import ROWS
from redhawk_sender import RedHawkSender
from world import World

from ledger.engine import transaction
from ledger.tables import aliases

AT = "2026-11-16T14:30:00Z"


def _use_owners(world: World, **owners: str) -> None:
    rules = world.floor.parts.rules
    world.use(replace(rules, xp_owners=replace(rules.xp_owners, **owners)))


def _work(world: World) -> dict[str, Any]:
    """A call that earns 20 XP and a module of 50 XP; the row after all is settled."""
    with transaction(world.floor.parts.engine) as connection:
        connection.execute(aliases.insert().values(source="redhawk", alias="1", rep=JANE))
    data = {"moduleId": "0", "repId": "1", "score": 95, "completedAt": AT}
    assert RedHawkSender(world.floor).send({"type": "module.completed", "timestamp": AT, "data": data}) == 202
    world.call("Call - CONTACT | 2:05 | Kim")
    world.settled()
    return world.row()


@pytest.mark.parametrize(
    ("owners", "paid"),
    [
        ({}, {"calls": 20, "training": 50}),
        ({"calls": "foreign"}, {"calls": 0, "training": 50}),
        ({"training": "foreign"}, {"calls": 20, "training": 0}),
        ({"calls": "foreign", "training": "foreign"}, {"calls": 0, "training": 0}),
    ],
)
def test_what_another_program_pays_is_0_and_still_counts(
    world: World, owners: dict[str, str], paid: dict[str, int]
) -> None:
    """The kind that is owned elsewhere adds nothing to the total; its calls and modules count in metrics and gates."""
    _use_owners(world, **owners)
    row = _work(world)
    assert row["totalXp"] == sum(paid.values())
    assert row["completedModules"] == ["module_0"]
    assert world.standing()["totalCalls"] == 1
    (dials,) = [gate for gate in world.standing()["eligibility"]["gates"] if gate["gate"] == "dials"]
    assert dials["have"] == 1


def test_what_the_other_program_wrote_is_the_only_xp(world: World) -> None:
    """ADS paid 20 for the same call into the row: the total is 20 and not 40."""
    _use_owners(world, calls="foreign")
    world.twenty.put(ROWS, {"workspaceMemberId": JANE, "totalXp": 20})
    world.call("Call - CONTACT | 2:05 | Kim")
    world.settled()
    assert (world.row()["totalXp"], world.row()["syncedXp"]) == (20, 0)
