"""What the audit finds when a checkpoint is not what it was kept as."""

import pytest
from floor import JANE, Floor
from leaving import busy_jane, forgotten
from proving import discrepancies, off_if
from world import World

from programs.progression import checkpoints
from worker.rebuild import rebuild

CHECKPOINTS = "SELECT rep FROM standing_checkpoints UNION SELECT rep FROM standing_leads"


@pytest.fixture(autouse=True)
def _checkpoints_at_every_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoints, "MOMENTS_LEFT", 0)
    monkeypatch.setattr(checkpoints, "MOMENTS_PASSED", 1)


@pytest.fixture
def played(floor: Floor) -> Floor:
    """The recorded day, settled and published, with checkpoints."""
    floor.play()
    floor.digest()
    floor.publish()
    for _ in range(2):
        floor.sweep()
    assert {"rep": JANE} in floor.ledger("SELECT rep FROM standing_checkpoints")
    assert discrepancies(floor) == []
    return floor


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE standing_checkpoints SET paid_xp = paid_xp + 1 WHERE rep = %(jane)s",
        "UPDATE standing_checkpoints SET data = jsonb_set(data, '{tally,connects}', '99') WHERE rep = %(jane)s",
        "UPDATE standing_checkpoints SET at = at - interval '1 hour' WHERE rep = %(jane)s",
    ],
)
def test_a_checkpoint_that_leads_elsewhere_is_told(played: Floor, damage: str) -> None:
    """Of the rep whose it is, whether in its sum of awards or in its tally."""
    assert set(off_if(played, damage, jane=JANE)) == {("standings", f"rep {JANE}")}


def test_a_rebuild_drops_it(played: Floor) -> None:
    """As the audit's cure says; the next standing is computed from all facts."""
    rebuild(played.parts, JANE, correct=True, progress=lambda *_: None)
    assert {"rep": JANE} not in played.ledger("SELECT rep FROM standing_checkpoints")


def test_who_was_forgotten_has_none(world: World) -> None:
    """It holds what others wrote into the row, and is for publishing alone."""
    busy_jane(world)
    assert {"rep": JANE} in world.floor.ledger(CHECKPOINTS)
    forgotten(world)
    assert {"rep": JANE} not in world.floor.ledger(CHECKPOINTS)
