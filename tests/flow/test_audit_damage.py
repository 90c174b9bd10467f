"""What the audit finds when the ledger was damaged behind repsync's back: that, by name, and nothing else."""

import re

import pytest
from damages import DAMAGES
from floor import JANE, JONY, PHIL, Floor
from proving import discrepancies, off_if
from redhawk_sender import RedHawkSender

from ledger.engine import transaction
from ledger.tables import aliases

AT = "2026-11-20T15:00:00Z"


@pytest.fixture
def settled(floor: Floor) -> Floor:
    """The recorded day, with a module of Jane's, settled and published."""
    with transaction(floor.parts.engine) as connection:
        connection.execute(aliases.insert().values(source="redhawk", alias="1", rep=JANE))
    academy = RedHawkSender(floor)
    module = {"moduleId": "0", "repId": "1", "score": 92.5, "completedAt": AT, "attemptId": "a0"}
    academy.send({"type": "module.completed", "timestamp": AT, "data": module})
    floor.play(shuffle=5, repeat=2)
    floor.digest(limit=11)
    floor.publish()
    floor.sweep()
    floor.sweep()
    return floor


def test_each_damage_is_found_and_named(settled: Floor) -> None:
    """Each of the damages makes its own proofs fail, on subjects that were damaged, and no other."""
    assert discrepancies(settled) == []
    wrong = {}
    for damage, (statement, expected) in DAMAGES.items():
        found = off_if(settled, statement, jane=JANE, jony=JONY, phil=PHIL)
        proofs = {proof for proof, _ in found}
        strange = [each for each in found if not re.fullmatch(expected.get(each[0], ""), each[1])]
        if proofs != expected.keys() or strange:
            wrong[damage] = found
    assert not wrong, "\n".join(f"{damage}: {found}" for damage, found in wrong.items())
