"""What the audit finds when a checkpoint is not what it was kept as."""

import pytest
from floor import JANE, Floor
from leaving import busy_jane, forgotten
from proving import discrepancies, off_if, spoil
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
        "UPDATE standing_checkpoints SET data = jsonb_set(data, '{tally,full}', '[\"nobody\"]') WHERE rep = %(jane)s",
        "UPDATE standing_checkpoints SET data = jsonb_set(data, '{leads_from}', '\"2020-01-01\"') WHERE rep = %(jane)s",
        "DELETE FROM standing_leads WHERE rep = %(jane)s AND lead = (SELECT min(lead) FROM standing_leads)",
        "UPDATE standing_leads SET data = jsonb_set(data, '{days,0,1}', '9') WHERE rep = %(jane)s",
        "UPDATE standing_leads SET data = jsonb_set(data, '{signs}', '[[\"2026-01-01T00:00:00+00:00\", \"\"]]')"
        " WHERE rep = %(jane)s",
        "INSERT INTO standing_leads VALUES (%(jane)s, 'nobody', '{\"days\": [], \"signs\": []}')",
        "UPDATE standing_checkpoints SET at = at - interval '1 hour' WHERE rep = %(jane)s",
    ],
)
def test_a_checkpoint_that_leads_elsewhere_is_told(played: Floor, damage: str) -> None:
    """Of the rep whose it is, whether in its sum of awards, in its tally or in what it knows of the leads."""
    assert set(off_if(played, damage, jane=JANE)) == {("standings", f"rep {JANE}")}


def test_it_says_which_figures_and_which_leads(played: Floor) -> None:
    """A few by name, and how many more."""
    spoil(
        played,
        "UPDATE standing_checkpoints SET data = jsonb_set(data, '{tally,full}', '[\"nobody\"]') WHERE rep = %(jane)s",
        jane=JANE,
    )
    leads = played.ledger("SELECT lead FROM standing_leads WHERE rep = :jane ORDER BY lead", jane=JANE)
    spoil(played, "DELETE FROM standing_leads WHERE rep = %(jane)s", jane=JANE)
    found = next(each.found for name, each in discrepancies(played) if "holds" in each.found)
    named = [f"lead {row['lead']}" for row in leads]
    assert found == f"the checkpoint holds another full, {', '.join(named[:4])} and {len(named) - 4} more"


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
