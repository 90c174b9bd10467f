"""What a delivery says of itself before anybody reads it: which event of which record, for those who look for it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SWEPT, MISSING = "swept", "missing"
_EVENT = re.compile(r"[A-Za-z0-9_.*-]{1,100}")
_RECORD_ID = re.compile(r"[!-~]{1,64}")


@dataclass(frozen=True, slots=True)
class Told:
    """The event (`note.created`, of a sweep's row `note.swept`, `battle.ended`) and the record's id in Twenty.

    None where the sender gave none, or something that can't be one: a text would not be a name.
    """

    event: str | None
    record_id: str | None


NOTHING = Told(None, None)


def told_by_webhook(body: Mapping[str, Any]) -> Told:
    """Of Twenty's or RedHawk's body; never raises."""
    record = body.get("record")
    return Told(_event(body.get("eventName", body.get("type"))), record_id(record))


def told_of(object_name: str, how: str, row: object) -> Told:
    """Of a row of the object that came by a sweep, or is missing."""
    return Told(_event(f"{object_name}.{how}"), record_id(row))


def record_id(row: object) -> str | None:
    """The id in a record."""
    found = row.get("id") if isinstance(row, Mapping) else None
    return found if isinstance(found, str) and _RECORD_ID.fullmatch(found) else None


def updated_at(body: Mapping[str, Any]) -> str | None:
    """The record's `updatedAt` as it stands in a webhook's body, or in what a sweep or a tombstone keeps."""
    row = body.get("record", body.get("row", body))
    found = row.get("updatedAt") if isinstance(row, Mapping) else None
    return found if isinstance(found, str) else None


def _event(name: object) -> str | None:
    return name if isinstance(name, str) and _EVENT.fullmatch(name) else None
