"""The fields of a repProgression row: what may be sent, in which form, and when it differs."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, TypeAlias

from programs.progression.row import read_instant, read_number
from programs.progression.row_json import Json, UnreadableJson, json_text, read_json, same_json

Kind: TypeAlias = Literal["text", "number", "json", "instant"]

KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "workspaceMemberId": "text",
        "name": "text",
        "totalXp": "number",
        "syncedXp": "number",
        "currentLevel": "number",
        "currentRank": "text",
        "closedDeals": "number",
        "streakDays": "number",
        "badges": "json",
        "completedModules": "json",
        "certifications": "json",
        "defeatedBosses": "json",
        "passedExams": "json",
        "efficiencyMetrics": "json",
        "rankEligibility": "json",
        "adoptedAt": "instant",
        "appliedSequence": "number",
    }
)
# The metadata types that can take each kind; a value that does not fit fails the whole batch.
TYPES: Mapping[Kind, frozenset[str]] = MappingProxyType(
    {
        "text": frozenset({"TEXT", "UUID"}),
        "number": frozenset({"NUMBER", "NUMERIC", "TEXT"}),
        "json": frozenset({"RAW_JSON", "TEXT"}),
        "instant": frozenset({"DATE_TIME", "TEXT"}),
    }
)


def can_hold(field: str, field_type: str) -> bool:
    """Whether a field of this metadata type can take what repsync writes there."""
    return field_type in TYPES[KINDS[field]]


def differs(field: str, found: object, wanted: Json) -> bool:
    """Whether what the row holds means something else than what it should hold."""
    if KINDS[field] == "number":
        return read_number(found) != wanted
    if KINDS[field] == "instant":
        return read_instant(found) != read_instant(wanted)
    if KINDS[field] == "text":
        return not same_json(found, wanted)
    try:
        return not same_json(read_json(found), wanted)
    except UnreadableJson:
        return True


def in_form(field: str, field_type: str, found: object, wanted: Json) -> Json:
    """The value as the field takes it: JSON as text in a TEXT field, and where the row holds it as text."""
    if KINDS[field] == "json":
        return json_text(wanted) if field_type == "TEXT" or isinstance(found, str) else wanted
    if KINDS[field] == "number" and field_type == "TEXT":
        return str(wanted)
    return wanted
