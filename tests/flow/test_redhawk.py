"""RedHawk's events through the receiver: modules, exams and battles become XP and gates."""

import json
from typing import Any

import pytest
from floor import JANE, Floor
from redhawk_sender import RedHawkSender

from ledger.engine import transaction
from ledger.tables import aliases

AT = "2026-11-20T15:00:00Z"


@pytest.fixture
def academy(floor: Floor) -> RedHawkSender:
    """RedHawk, with Jane known as "1"."""
    with transaction(floor.parts.engine) as connection:
        connection.execute(aliases.insert().values(source="redhawk", alias="1", rep=JANE))
    return RedHawkSender(floor)


def _module(number: int, score: float, rep: str = "1") -> dict[str, Any]:
    return {"type": "module.completed", "timestamp": AT} | {
        "data": {
            "moduleId": str(number),
            "repId": rep,
            "score": score,
            "completedAt": AT,
            "attemptId": f"a{number}{score}",
        }
    }


def _xp(floor: Floor) -> dict[str, int]:
    rows = floor.ledger("SELECT reason, sum(amount) AS xp FROM awards WHERE amount > 0 GROUP BY 1")
    return {row["reason"]: int(row["xp"]) for row in rows}


def _finish(floor: Floor) -> dict[str, Any]:
    floor.digest()
    floor.publish()
    return floor.rows()[JANE]


def test_modules_pay_once_by_our_pass_marks(floor: Floor, academy: RedHawkSender) -> None:
    """Module 0 at 80 % and again at 95 % pays 50, module 1 at 79 % nothing, module 4 at 0.85 pays 75."""
    for event in (_module(0, 80), _module(0, 95), _module(1, 79), _module(4, 0.85)):
        assert academy.send(event) == 202
    row = _finish(floor)
    assert _xp(floor) == {"module": 125}
    assert row["completedModules"] == ["module_0", "module_4"]
    assert row["totalXp"] == 125


def test_a_resend_with_the_same_id_counts_once(floor: Floor, academy: RedHawkSender) -> None:
    """RedHawk retries until it gets a 2xx, under the same webhook-id with a new timestamp."""
    assert [academy.send(_module(0, 90), message_id="msg_1") for _ in range(3)] == [202, 202, 202]
    _finish(floor)
    assert floor.deliveries() == {"processed": 1, "duplicates": 2}
    assert _xp(floor) == {"module": 50}


def test_a_won_battle_pays_by_its_level_once(floor: Floor, academy: RedHawkSender) -> None:
    """A win at level 3 is 300 XP for its session, a loss nothing."""
    for session, outcome in (("battle_1_x", "win"), ("battle_1_x", "won"), ("battle_2_y", "lose")):
        data = {"sessionId": session, "repId": "1", "level": 3, "outcome": outcome, "score": 70, "completedAt": AT}
        academy.send({"type": "battle.ended", "timestamp": AT, "data": data})
    row = _finish(floor)
    assert _xp(floor) == {"battle": 300}
    assert row["defeatedBosses"] == ["boss_3"]


def test_the_best_passed_score_of_an_exam_is_written(floor: Floor, academy: RedHawkSender) -> None:
    """RedHawk's own `passed` is not believed: 70 % is no pass of the operative exam, 86 % is."""
    for attempt, score in (("exam_1", 70), ("exam_2", 86), ("exam_3", 82)):
        data = {"examId": attempt, "examType": "operative", "repId": "1", "score": score, "passed": True}
        academy.send({"type": "exam.submitted", "timestamp": AT, "data": {**data, "completedAt": AT}})
    row = _finish(floor)
    assert row["passedExams"] == [{"id": "operative_certification", "score": 86, "passedOn": "2026-11-20"}]
    assert row["totalXp"] == 0


def test_an_unknown_rep_parks_the_event(floor: Floor, academy: RedHawkSender) -> None:
    """Nobody is guessed: the event waits, listed, until somebody maps the id."""
    academy.send(_module(0, 90, rep="7"))
    floor.digest()
    floor.publish()
    assert floor.deliveries() == {"parked": 1, "duplicates": 0}
    assert floor.ledger("SELECT rep, rep_hint FROM facts") == [{"rep": None, "rep_hint": "7"}]
    assert floor.rows() == {}


def test_a_certification_and_a_mentorship_are_kept(floor: Floor, academy: RedHawkSender) -> None:
    """They pay nothing; the certification is written into the row."""
    award = {"certificationId": "tcpa", "repId": "1", "awardedAt": AT}
    academy.send({"type": "certification.awarded", "timestamp": AT, "data": award})
    pair = {"mentorRepId": "1", "menteeRepId": "2", "recordedAt": AT}
    academy.send({"type": "mentorship.recorded", "timestamp": AT, "data": pair})
    row = _finish(floor)
    assert (row["certifications"], row["totalXp"]) == (["tcpa"], 0)
    assert json.dumps(floor.ledger("SELECT kind FROM facts ORDER BY 1")) == json.dumps(
        [{"kind": "certification"}, {"kind": "mentorship"}]
    )
