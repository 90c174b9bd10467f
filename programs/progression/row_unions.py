"""Unions of the row's lists and ours: what others put there stays, word for word."""

from collections.abc import Iterable, Mapping

from programs.progression.row import PassedExam, element_exam, element_id, read_elements
from programs.progression.row_json import Json
from programs.progression.rules import Rules


def union_ids(found: object, ours: Iterable[str]) -> list[Json]:
    """The elements of a list field, and after them our ids that it lacks. Raises UnreadableJson."""
    theirs = read_elements(found)
    known = {element_id(element) for element in theirs}
    return [*theirs, *sorted(set(ours) - known)]


def union_exams(found: object, ours: Iterable[PassedExam], rules: Rules) -> list[Json]:
    """The elements of passedExams, and ours where it has none or a lower score: {id, score, passedOn}.

    Ids of one exam count as the same, and an element keeps the one it has. Raises UnreadableJson.
    """
    best = {rules.exam_named(exam.id): exam for exam in ours}
    theirs = read_elements(found)
    known = {rules.exam_named(exam.id) for element in theirs if (exam := element_exam(element))}
    added = [_exam_json(exam, exam.id) for name, exam in sorted(best.items()) if name not in known]
    return [*(_improved(element, best, rules) for element in theirs), *added]


def _improved(element: Json, best: Mapping[str, PassedExam], rules: Rules) -> Json:
    theirs = element_exam(element)
    ours = best.get(rules.exam_named(theirs.id)) if theirs else None
    if theirs is None or ours is None or not _better(ours, theirs):
        return element
    kept = element if isinstance(element, Mapping) else {}
    return {**kept, **_exam_json(ours, theirs.id)}


def _better(ours: PassedExam, theirs: PassedExam) -> bool:
    return ours.score is not None and (theirs.score is None or ours.score > theirs.score)


def _exam_json(exam: PassedExam, exam_id: str) -> dict[str, Json]:
    score = None if exam.score is None else float(exam.score)
    return {"id": exam_id, "score": score, "passedOn": exam.passed_on.isoformat() if exam.passed_on else None}
