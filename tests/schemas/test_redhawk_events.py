"""What the RedHawk Academy's events say."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from schemas.redhawk import (
    BattleEnded,
    CertificationAwarded,
    ExamSubmitted,
    IgnoredEvent,
    MentorshipRecorded,
    ModuleCompleted,
    Unreadable,
    read_redhawk,
)

AT = "2026-11-21T02:48:02.272Z"
WHEN = datetime(2026, 11, 21, 2, 48, 2, 272000, tzinfo=UTC)
MODULE: dict[str, object] = {"moduleId": "module_0", "repId": "1", "score": 90, "completedAt": AT}
BATTLE: dict[str, object] = {"sessionId": "b1", "repId": "1", "level": 3, "outcome": "win", "completedAt": AT}


def _raw(name: object, data: object) -> bytes:
    return json.dumps({"type": name, "timestamp": AT, "data": data}).encode()


def _module(**fields: object) -> ModuleCompleted:
    event = read_redhawk(_raw("module.completed", {**MODULE, **fields}))
    assert isinstance(event, ModuleCompleted)
    return event


def _battle(**fields: object) -> BattleEnded:
    event = read_redhawk(_raw("battle.ended", {**BATTLE, **fields}))
    assert isinstance(event, BattleEnded)
    return event


def test_a_completed_module_is_read() -> None:
    """Module, rep, score in percent, time, and the attempt where RedHawk gives one."""
    assert _module() == ModuleCompleted("module_0", "1", Decimal(90), WHEN, None)
    assert _module(attemptId="a7").attempt_id == "a7"


@pytest.mark.parametrize("written", [5, "5", "module_5", "module-5", "Module 5", "05"])
def test_a_modules_id_has_one_form(written: object) -> None:
    """However RedHawk writes a module, it is `module_<n>`."""
    assert _module(moduleId=written).module_id == "module_5"


@pytest.mark.parametrize(
    ("written", "percent"),
    [
        (0, "0"),
        (0.8, "80"),
        (0.855, "85.5"),
        (1, "100"),
        (1.0, "100"),
        (1.5, "1.5"),
        (56.99999999999999, "57"),
        (100, "100"),
        ("85", "85"),
    ],
)
def test_scores_are_percent_whichever_scale_they_came_in(written: object, percent: str) -> None:
    """Up to 1 a score is a share of 1, and 1 is full marks; above it is percent already."""
    assert _module(score=written).score == Decimal(percent)


def test_a_submitted_exam_is_read() -> None:
    """RedHawk's own `passed` is left out: the pass marks are ours."""
    data = {"examId": "exam_1_a", "examType": "operative", "repId": "2", "score": 0.79, "passed": True}
    event = read_redhawk(_raw("exam.submitted", {**data, "completedAt": AT}))
    assert event == ExamSubmitted("exam_1_a", "operative", "2", Decimal(79), WHEN)


def test_an_awarded_certification_is_read() -> None:
    """A certification has an id, a rep and a time."""
    data = {"certificationId": "tcpa", "repId": "2", "awardedAt": AT}
    assert read_redhawk(_raw("certification.awarded", data)) == CertificationAwarded("tcpa", "2", WHEN)


def test_a_recorded_mentorship_is_read() -> None:
    """A mentorship has two reps and a time."""
    data = {"mentorRepId": "1", "menteeRepId": "2", "recordedAt": AT}
    assert read_redhawk(_raw("mentorship.recorded", data)) == MentorshipRecorded("1", "2", WHEN)


@pytest.mark.parametrize(
    ("written", "outcome"),
    [
        ("win", "win"),
        ("won", "win"),
        ("lose", "lose"),
        ("lost", "lose"),
        ("abandon", "abandon"),
        ("abandoned", "abandon"),
    ],
)
def test_a_battles_outcome_has_one_form(written: str, outcome: str) -> None:
    """RedHawk writes outcomes in two tenses."""
    assert _battle(outcome=written) == BattleEnded("b1", "1", 3, outcome, None, WHEN)  # type: ignore[arg-type]


def test_a_battles_score_has_only_the_large_scale() -> None:
    """A battle is scored from 0 to 100, so its 1 is one percent."""
    assert _battle(score=1).score == Decimal(1)


def test_an_unknown_type_is_ignored() -> None:
    """RedHawk may learn new events before this worker does."""
    assert read_redhawk(_raw("streak.kept", {"repId": "1"})) == IgnoredEvent("streak.kept")


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        (None, MODULE, "type: missing or not a string"),
        ("module.completed", None, "data: missing or not an object"),
        ("module.completed", {**MODULE, "moduleId": "roofs"}, "data.moduleId: Not a module's id."),
        ("module.completed", {**MODULE, "moduleId": True}, "data.moduleId: Not a module's id."),
        ("module.completed", {**MODULE, "score": 101}, "data.score: Not from 0 to 100."),
        ("module.completed", {**MODULE, "score": -0.1}, "data.score: Not from 0 to 100."),
        ("module.completed", {**MODULE, "score": "good"}, "data.score: Not a valid number."),
        ("module.completed", {**MODULE, "score": True}, "data.score: Not a valid number."),
        ("module.completed", {**MODULE, "score": None}, "data.score: Field may not be null."),
        ("module.completed", {**MODULE, "repId": ""}, "data.repId: Not 1 to 64 characters."),
        ("module.completed", {**MODULE, "completedAt": 5}, "data.completedAt: Not a valid datetime."),
        ("battle.ended", {**BATTLE, "level": 0}, "data.level: Must be"),
        ("battle.ended", {**BATTLE, "level": 6}, "data.level: Must be"),
        ("battle.ended", {**BATTLE, "level": "3"}, "data.level: Not a valid integer."),
        ("battle.ended", {**BATTLE, "outcome": "drawn"}, "data.outcome: Must be one of: win, won,"),
        ("mentorship.recorded", {"mentorRepId": "1"}, "data.menteeRepId: Missing data for required field."),
    ],
)
def test_a_wrong_shape_is_refused_naming_the_field_only(name: object, data: object, reason: str) -> None:
    """The reason says what is wrong and where."""
    with pytest.raises(Unreadable) as refused:
        read_redhawk(_raw(name, data))
    assert refused.value.reason.startswith(reason)
