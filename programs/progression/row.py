"""A rep's repProgression row as Twenty returned it, read whatever form its fields have."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation

from programs.progression.row_json import Json, UnreadableJson, read_json

MOST_EXACT = 2**53 - 1
MOST_OURS = 2**31 - 1  # what the ledger's awards hold; nobody earns it, so a greater figure is none of ours
MOST_TOTAL = MOST_EXACT - MOST_OURS  # so that a total stays exact when ours is added
_MOST: Mapping[str, int] = {"totalXp": MOST_TOTAL, "syncedXp": MOST_OURS, "appliedSequence": MOST_OURS}
ID_KEYS = ("examType", "certificationId", "moduleId", "badgeId", "bossId", "id")


@dataclass(frozen=True, slots=True)
class PassedExam:
    """An exam in the row: its id, the score in percent and the day, as far as they are known."""

    id: str
    score: Decimal | None = None
    passed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """What the row says. `raw` is the row as read, {} for a row that is not there.

    `updated_at` is the text as read, which a compare-and-set has to repeat. `rank_word` may be any word.
    `synced_xp` is None when missing or cleared. `badges` are `id.tier` or `id`. `uncounted` names the fields with a
    number beyond what repsync counts to, which are read as if they were empty.
    """

    raw: Mapping[str, object] = field(repr=False)
    exists: bool
    deleted: bool
    id: str | None
    updated_at: str | None
    name: str | None
    total_xp: int
    synced_xp: int | None
    applied_sequence: int
    adopted_at: datetime | None
    rank_word: str | None
    badges: frozenset[str]
    modules: frozenset[str]
    certifications: frozenset[str]
    bosses: frozenset[str]
    exams: tuple[PassedExam, ...]
    uncounted: tuple[str, ...] = ()


def read_row(raw: Mapping[str, object] | None) -> Row:
    """Reads a row, never raises: numbers may be floats or text, lists JSON or text holding JSON, all null."""
    row = raw or {}
    return Row(
        raw=row,
        exists=raw is not None,
        deleted=_text(row.get("deletedAt")) is not None,
        id=_text(row.get("id")),
        updated_at=_text(row.get("updatedAt")),
        name=_text(row.get("name")),
        total_xp=max(0, _counted(row, "totalXp") or 0),
        synced_xp=_at_least_zero(_counted(row, "syncedXp")),
        applied_sequence=max(0, _counted(row, "appliedSequence") or 0),
        adopted_at=read_instant(row.get("adoptedAt")),
        rank_word=_text(row.get("currentRank")),
        badges=_ids(row.get("badges")),
        modules=_ids(row.get("completedModules")),
        certifications=_ids(row.get("certifications")),
        bosses=_ids(row.get("defeatedBosses")),
        exams=_exams(row.get("passedExams")),
        uncounted=tuple(name for name in _MOST if _is_beyond(row, name)),
    )


def _counted(row: Mapping[str, object], name: str) -> int | None:
    return None if _is_beyond(row, name) else read_whole(row.get(name))


def _is_beyond(row: Mapping[str, object], name: str) -> bool:
    number = read_number(row.get(name))
    return number is not None and number > _MOST[name]


def read_whole(value: object) -> int | None:
    """A whole number, cut off at the point; None for others and beyond 2**53, where floats lose count."""
    number = read_number(value)
    return int(number) if number is not None and number.copy_abs() <= MOST_EXACT else None


def read_number(value: object) -> Decimal | None:
    """The finite number that a field holds as such or as text."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    try:
        number = Decimal(str(value).strip())
    except (InvalidOperation, ValueError):
        return None
    return number if number.is_finite() else None


def read_instant(value: object) -> datetime | None:
    """An aware UTC datetime from ISO 8601 (UTC if it names no offset); None for anything else."""
    text = _text(value)
    try:
        found = datetime.fromisoformat(text) if text else None
        return found and (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def read_elements(value: object) -> list[Json]:
    """The elements of a list field; [] when empty. Raises UnreadableJson for what is no list."""
    found = read_json(value)
    if found is None:
        return []
    if not isinstance(found, list):
        raise UnreadableJson("not a list")
    return found


def element_id(element: object) -> str | None:
    """The id of a list's element, which may be the id itself or an object; a badge's tier is a part of it."""
    if isinstance(element, Mapping):
        found = next((text for key in ID_KEYS if (text := _text(element.get(key)))), None)
        tier = _text(element.get("tier"))
        return f"{found}.{tier}" if found and tier else found
    return _text(element)


def element_exam(element: object) -> PassedExam | None:
    """The exam that an element of passedExams is about; scores up to 1 are shares of 100, over 100 none."""
    exam_id = element_id(element)
    if exam_id is None:
        return None
    if not isinstance(element, Mapping):
        return PassedExam(exam_id)
    passed_at = read_instant(element.get("passedOn"))
    return PassedExam(exam_id, _percent(read_number(element.get("score"))), passed_at.date() if passed_at else None)


def _percent(score: Decimal | None) -> Decimal | None:
    if score is None or not 0 <= score <= 100:
        return None
    return score * 100 if score <= 1 else score


def _ids(value: object) -> frozenset[str]:
    return frozenset(found for element in _readable(value) if (found := element_id(element)))


def _exams(value: object) -> tuple[PassedExam, ...]:
    return tuple(exam for element in _readable(value) if (exam := element_exam(element)))


def _readable(value: object) -> Iterable[Json]:
    try:
        return read_elements(value)
    except UnreadableJson:
        return ()


def _at_least_zero(number: int | None) -> int | None:
    return number if number is not None and number >= 0 else None


def _text(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None
