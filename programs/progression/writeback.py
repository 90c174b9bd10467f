"""The write-back: what a rep's row should hold, and the write that brings it there, or none."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from programs.progression.ranks import merge_rank
from programs.progression.row import PassedExam, Row
from programs.progression.row_fields import can_hold, differs, in_form
from programs.progression.row_json import Json, UnreadableJson
from programs.progression.row_unions import union_exams, union_ids
from programs.progression.rules import Rules


@dataclass(frozen=True, slots=True)
class DesiredRow:
    """What a rep has earned. XP comes merged (see merge_xp), lists are ours alone: plan_write unites them."""

    workspace_member_id: str
    name: str | None
    total_xp: int
    synced_xp: int
    level: int
    rank: str
    closed_deals: int
    streak_days: int
    efficiency: Json
    eligibility: Json
    modules: frozenset[str] = frozenset()
    certifications: frozenset[str] = frozenset()
    bosses: frozenset[str] = frozenset()
    exams: tuple[PassedExam, ...] = ()
    badges: frozenset[str] = frozenset()
    adopted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class LeftAlone:
    """A field that holds something which repsync must not replace."""

    why: str


@dataclass(frozen=True, slots=True)
class WritePlan:
    """The fields to send (None: nothing differs, no call), and what a person should look at.

    `create` is True for a row that is missing or was deleted in Twenty: only an upsert by workspaceMemberId
    makes it or brings it back, a PATCH would not.
    """

    fields: Mapping[str, Json] | None
    create: bool
    warnings: tuple[str, ...]


def plan_write(
    row: Row, desired: DesiredRow, schema_fields: Mapping[str, str], sequence: int, rules: Rules
) -> WritePlan:
    """The write that turns `row` into `desired`, as far as the workspace has the fields.

    `schema_fields` maps field to metadata type (`NUMBER`, `TEXT`, …); a field that is not in it is never sent,
    as one unknown field fails the whole request. `sequence`, one more than that of the last write, becomes
    appliedSequence. A row that lacks the last write is sent whole: a newer Twenty may have shown an older state of it.
    """
    wanted, warnings = _wanted(row, desired, rules)
    whole = row.exists and row.applied_sequence + 1 < sequence and _writable("appliedSequence", schema_fields)
    fields = {
        field: in_form(field, schema_fields[field], row.raw.get(field), value)
        for field, value in wanted.items()
        if _writable(field, schema_fields) and (whole or differs(field, row.raw.get(field), value))
    }
    create = not row.exists or row.deleted
    warnings += _misfits(wanted, schema_fields)
    if not fields and not create:
        return WritePlan(None, create=False, warnings=tuple(warnings))
    marks: dict[str, Json] = {"workspaceMemberId": desired.workspace_member_id, "appliedSequence": sequence}
    for field, value in marks.items():
        if _writable(field, schema_fields):
            fields[field] = in_form(field, schema_fields[field], None, value)
    return WritePlan(fields, create, tuple(warnings))


def _writable(field: str, schema_fields: Mapping[str, str]) -> bool:
    return field in schema_fields and can_hold(field, schema_fields[field])


def _misfits(wanted: Iterable[str], schema_fields: Mapping[str, str]) -> list[str]:
    return [
        f"{field}: repsync does not write fields of type {schema_fields[field]}"
        for field in wanted
        if field in schema_fields and not can_hold(field, schema_fields[field])
    ]


def _wanted(row: Row, desired: DesiredRow, rules: Rules) -> tuple[dict[str, Json], list[str]]:
    wanted: dict[str, Json] = {
        "workspaceMemberId": desired.workspace_member_id,
        "totalXp": desired.total_xp,
        "syncedXp": desired.synced_xp,
        "currentLevel": desired.level,
        "closedDeals": desired.closed_deals,
        "streakDays": desired.streak_days,
        "efficiencyMetrics": desired.efficiency,
        "rankEligibility": desired.eligibility,
    }
    wanted.update(_once(row, desired))
    warnings = []
    for field, value in _united(row, desired, rules):
        if isinstance(value, LeftAlone):
            warnings.append(f"{field}: {value.why}, left alone")
        else:
            wanted[field] = value
    warnings += [f"{field}: more than repsync counts to, read as empty" for field in row.uncounted]
    if row.deleted:
        warnings.append("the row was deleted in Twenty, and is brought back")
    return wanted, warnings


def _once(row: Row, desired: DesiredRow) -> Iterator[tuple[str, Json]]:
    """What is written only where the row holds nothing."""
    if desired.name and not row.name:
        yield "name", desired.name
    if desired.adopted_at and not row.adopted_at:
        at = desired.adopted_at.astimezone(UTC).isoformat(timespec="milliseconds")
        yield "adoptedAt", at.replace("+00:00", "Z")


def _united(row: Row, desired: DesiredRow, rules: Rules) -> Iterator[tuple[str, "Json | LeftAlone"]]:
    """What is united with what others put there."""
    rank = merge_rank(row.rank_word, desired.rank, rules).rank
    yield "currentRank", rank or LeftAlone(f"{row.rank_word!r} is no rank")
    ours = {
        "badges": desired.badges,
        "completedModules": desired.modules,
        "certifications": desired.certifications,
        "defeatedBosses": desired.bosses,
    }
    for field, ids in ours.items():
        yield field, _or_left_alone(partial(union_ids, ours=ids), row.raw.get(field))
    yield (
        "passedExams",
        _or_left_alone(lambda found: union_exams(found, desired.exams, rules), row.raw.get("passedExams")),
    )


def _or_left_alone(unite: Callable[[object], Json], found: object) -> "Json | LeftAlone":
    try:
        return unite(found)
    except UnreadableJson as error:
        return LeftAlone(str(error))
