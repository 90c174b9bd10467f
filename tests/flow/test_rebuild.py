"""A rebuild computes everything anew from the kept versions, finds what is kept, and mends what was spoiled."""

from typing import Any

import pytest
from floor import JANE, JONY, PHIL, Floor
from redhawk_sender import RedHawkSender

from ledger.engine import transaction
from ledger.tables import aliases
from worker.rebuild import Rebuilt, rebuild

AT = "2026-11-20T15:00:00Z"
TWIN = "SELECT key FROM facts WHERE twin_of IS NOT NULL ORDER BY key LIMIT 1"


def _rebuild(floor: Floor, rep: str | None = None, *, correct: bool = True) -> Rebuilt:
    return rebuild(floor.parts, rep, correct=correct, progress=lambda done, length: None)


def _spoil(floor: Floor, statement: str, **values: Any) -> None:
    with transaction(floor.parts.engine) as connection:
        connection.exec_driver_sql(statement, values)


def _facts(floor: Floor) -> list[dict[str, Any]]:
    """Facts and decisions, without when their last delivery came."""
    rows = floor.ledger("SELECT * FROM facts ORDER BY key")
    return [{name: value for name, value in row.items() if name not in ("noticed_at", "behind_at")} for row in rows]


def _totals(floor: Floor) -> list[dict[str, Any]]:
    return floor.ledger('SELECT * FROM day_totals WHERE activities <> 0 ORDER BY rep, "on"')


@pytest.fixture
def settled(floor: Floor) -> Floor:
    """The recorded day, with two modules of Jane's, settled and published."""
    with transaction(floor.parts.engine) as connection:
        connection.execute(aliases.insert().values(source="redhawk", alias="1", rep=JANE))
    for number, score in ((0, 92.5), (1, 70)):
        data = {"moduleId": str(number), "repId": "1", "score": score, "completedAt": AT, "attemptId": f"a{number}"}
        RedHawkSender(floor).send({"type": "module.completed", "timestamp": AT, "data": data})
    floor.play(shuffle=5, repeat=2)
    floor.digest(limit=11)
    floor.publish()
    floor.sweep()
    return floor


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_shuffled_day_is_reproduced(floor: Floor, seed: int) -> None:
    """Whatever order facts, totals and standings were made in, the versions give the very same; nobody gets dirty."""
    floor.play(shuffle=seed, repeat=2)
    floor.digest(limit=13)
    floor.publish()
    floor.sweep()
    before = floor.ledger("SELECT * FROM facts ORDER BY key"), _totals(floor), floor.standings()
    found = _rebuild(floor)
    assert found.same
    assert (found.records, found.reps, found.without_versions) == (len(before[0]), 3, 0)
    assert (floor.ledger("SELECT * FROM facts ORDER BY key"), _totals(floor), floor.standings()) == before
    assert floor.ledger("SELECT id FROM reps WHERE dirty > done") == []
    assert floor.ledger("SELECT * FROM audit_log WHERE actor = 'rebuild'") == []


SPOILED = {
    "a metric of facts": ("UPDATE facts SET live = NOT live WHERE kind = 'call' AND rep = %(jane)s", {"live": 29}),
    "a reason and an outcome": (
        "UPDATE facts SET reasons = '{dial}', disposition = 'BUSY' WHERE reasons = '{connect,dial,two_plus}'",
        {"disposition": 60, "reasons": 60},
    ),
    "a deal's time": ("UPDATE facts SET won_at = won_at - interval '1 day' WHERE won_at IS NOT NULL", {"won_at": 2}),
    "a score": ("UPDATE facts SET score = 12 WHERE kind = 'module'", {"score": 2}),
    "whose it is": ("UPDATE facts SET rep = %(phil)s WHERE rep = %(jony)s AND live AND kind = 'call'", {"rep": 27}),
}


@pytest.mark.parametrize("name", SPOILED)
def test_spoiled_facts_are_mended(settled: Floor, name: str) -> None:
    """Columns changed behind repsync's back are told by name and put right; the standings come out as before."""
    facts, totals, standings, rows = _facts(settled), _totals(settled), settled.standings(), settled.rows()
    statement, columns = SPOILED[name]
    _spoil(settled, statement, jane=JANE, jony=JONY, phil=PHIL)
    found = _rebuild(settled)
    assert set(found.columns) == set(columns)
    settled.publish()
    assert (_facts(settled), _totals(settled)) == (facts, totals)
    assert (settled.standings(), settled.rows()) == (standings, rows)
    assert _rebuild(settled).same
