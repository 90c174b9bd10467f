"""The rules document, § Modules and exams: each pass mark on both sides, and every id of an exam."""

from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from progression_factories import RULES, day, training

from programs.progression.facts import CERTIFICATION, EXAM, MODULE, KeptFact
from programs.progression.figures import Figures
from programs.progression.row import PassedExam, read_row
from programs.progression.standing import Standing, standing
from programs.progression.work import Work
from programs.progression.xp_merge import MergedXp

NEW_YORK = ZoneInfo("America/New_York")
NOTHING = MergedXp(0, 0, 0, 0, lowered=False, foreign_write=False)


def _stand(*kept: KeptFact) -> Standing:
    return standing(Work(kept, (), (), (), NEW_YORK), read_row(None), NOTHING, day(1), day(1), RULES)


def _figures(*kept: KeptFact) -> Figures:
    return _stand(*kept).figures


def _passed(*kept: KeptFact) -> tuple[PassedExam, ...]:
    return _stand(*kept).exams


@pytest.mark.parametrize(
    ("module", "mark"),
    [
        ("module_0", 80),
        ("module_1", 80),
        ("module_2", 80),
        ("module_3", 80),
        ("module_4", 85),
        ("module_5", 100),
        ("module_6", 80),
    ],
)
def test_a_module_is_passed_at_its_mark(module: str, mark: int) -> None:
    """80 %, module 4 at 85 %, TCPA at 100 %; a hundredth below is not passed."""
    assert _figures(training("a", MODULE, module, score=mark)).modules == {module}
    for missed in (mark - 1, mark - 0.01):
        assert _figures(training("a", MODULE, module, score=missed)).modules == frozenset()


@pytest.mark.parametrize(
    ("exam", "mark"),
    [
        ("tcpa", 100),
        ("operative_certification", 80),
        ("senior_certification", 85),
        ("dnc", 90),
        ("ctia", 85),
    ],
)
def test_an_exam_is_passed_at_its_mark(exam: str, mark: int) -> None:
    """Of the certifications, and E-5's 85 %; a hundredth below is not passed."""
    assert [(found.id, found.score) for found in _passed(training("e", EXAM, exam, score=mark))] == [(exam, mark)]
    for missed in (mark - 1, mark - 0.01):
        assert _passed(training("e", EXAM, exam, score=missed)) == ()


@pytest.mark.parametrize(
    ("written", "exam"),
    [
        ("operative_certification", "operative_certification"),
        ("operative", "operative_certification"),
        ("senior_certification", "senior_certification"),
        ("senior_operative_cert", "senior_certification"),
        ("senior_operative_certification", "senior_certification"),
        ("leadership_certification", "leadership_certification"),
        ("leadership_cert", "leadership_certification"),
        ("compliance_master_cert", "compliance_master_cert"),
    ],
)
def test_an_exam_is_known_under_all_its_ids(written: str, exam: str) -> None:
    """As an exam and as a certification; compliance_master_cert is another exam."""
    assert _figures(training("e", EXAM, written, score=90)).exams == {exam: Decimal(90)}
    assert _figures(training("c", CERTIFICATION, written)).certifications == {exam}


def test_the_best_score_of_an_exam_counts() -> None:
    """Whichever came first, and under whichever id."""
    attempts = [
        training("e1", EXAM, "operative", 1, score=91),
        training("e2", EXAM, "operative_certification", timedelta(hours=1).seconds, score=60),
    ]
    assert _figures(*attempts).exams == {"operative_certification": Decimal(91)}
