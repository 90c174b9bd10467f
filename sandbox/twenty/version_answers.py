"""Answers of the sandbox, which are those of 2.21, in the forms of another version."""

from typing import Any

from sandbox.twenty.schema import Row
from sandbox.twenty.versions import WaysOfVersion

_PLURAL_BEHIND = {
    "noteTargets": "noteTargets",
    "opportunities": "opportunities",
    "ownedOpportunities": "opportunities",
    "pointOfContactForOpportunities": "opportunities",
    "targetOpportunity": "opportunities",
}
"""The objects whose names differ, by the relations that show their rows with `depth=1`."""


def told_core(answer: Row, plural: str, ways: WaysOfVersion) -> Row:
    """An answer about rows of an object; refusals stay as they are."""
    data = answer.get("data")
    if not ways.names or not isinstance(data, dict):
        return answer
    return answer | {"data": {key: _told_rows(value, plural, ways) for key, value in data.items()}}


def told_metadata(answer: Row, ways: WaysOfVersion) -> Row:
    """An answer about objects, fields or webhooks."""
    data = answer.get("data")
    if not isinstance(data, dict):
        return answer
    told = {key: _told_objects(value, ways) for key, value in data.items()}
    lists = [value for value in told.values() if isinstance(value, list)]
    return answer | {"data": lists[0] if lists and ways.bare_metadata else told}


def _told_rows(value: Any, plural: str | None, ways: WaysOfVersion) -> Any:
    if isinstance(value, list):
        return [_told_rows(each, plural, ways) for each in value]
    if not isinstance(value, dict):
        return value
    related = {
        name: _told_rows(part, _PLURAL_BEHIND[name], ways) if name in _PLURAL_BEHIND else part
        for name, part in value.items()
    }
    return ways.told_row(plural, related) if plural else related


def _told_objects(value: Any, ways: WaysOfVersion) -> Any:
    if isinstance(value, list):
        return [_told_objects(each, ways) for each in value]
    if not isinstance(value, dict) or value.get("namePlural") not in ways.names:
        return value
    plural = value["namePlural"]
    fields = [told for field in value.get("fields", []) if (told := _told_field(plural, field, ways))]
    return value | {"fields": fields}


def _told_field(plural: str, field: Row, ways: WaysOfVersion) -> Row | None:
    named = list(ways.told_row(plural, {field["name"]: None}))
    if not named:
        return None
    settings = field.get("settings")
    if isinstance(settings, dict) and "joinColumnName" in settings:
        column = next(iter(ways.told_row(plural, {settings["joinColumnName"]: None})))
        field = field | {"settings": settings | {"joinColumnName": column}}
    return field | {"name": named[0]}
