"""Where a rep's tally starts: with what others put into the row in Twenty."""

from collections.abc import Iterable

from programs.progression.facts import CERTIFICATION, EXAM, MODULE, Fact
from programs.progression.row import PassedExam, Row
from programs.progression.rules import Rules
from programs.progression.tally import Tally


def start_from_row(tally: Tally, row: Row, facts: Iterable[Fact], granted: Iterable[str]) -> None:
    """What others put into the row satisfies gates from the start.

    What repsync put there itself, by `facts` or as a badge in `granted`, counts from when the rep earned it: else
    a gate would be met earlier as soon as the row was written.
    """
    rules = tally.rules
    live = [fact for fact in facts if fact.live]
    modules = {fact.subject for fact in live if fact.kind == MODULE and fact.reasons}
    certifications = {fact.subject for fact in live if fact.kind == CERTIFICATION}
    tally.badges.update(row.badges.difference(granted))
    tally.modules.update(module for module in row.modules if module not in modules)
    tally.certifications.update(rules.exam_named(name) for name in row.certifications if name not in certifications)
    for exam in _exams_of_others(row, live, rules):
        tally.add_exam(rules.exam_named(exam.id), exam.score)


def _exams_of_others(row: Row, facts: Iterable[Fact], rules: Rules) -> list[PassedExam]:
    """Those that no attempt of the rep with that very score explains."""
    attempts = {
        (rules.exam_named(fact.subject or ""), fact.score)
        for fact in facts
        if fact.kind == EXAM and fact.score is not None
    }
    return [exam for exam in row.exams if (rules.exam_named(exam.id), exam.score) not in attempts]
