"""A recorded day of webhooks: reading it, and taking its records over as they finally were."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sandbox.twenty.clock import SandboxClock, from_stamp
from sandbox.twenty.objects import OBJECTS
from sandbox.twenty.schema import Row
from sandbox.twenty.server import SandboxTwenty

_PROGRESSION = "repProgression"
_PLURALS = {kind.singular: kind.plural for kind in OBJECTS.values()}


@dataclass(frozen=True, slots=True)
class RecordedDelivery:
    """One webhook as it was received: its headers, and its body byte for byte."""

    headers: dict[str, str]
    raw: bytes = field(repr=False)

    def body(self) -> dict[str, Any]:
        return json.loads(self.raw)  # type: ignore[no-any-return]

    def singular(self) -> str:
        """The object of the event: `note` of `note.created`."""
        return str(self.body()["eventName"]).split(".")[0]


def read_deliveries(path: Path) -> list[RecordedDelivery]:
    """From JSON lines that hold `headers` and `raw`. Raises ValueError, naming the line, for anything else."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [_delivery(line, f"{path.name}:{at}") for at, line in enumerate(lines, 1) if line.strip()]


def without_progressions(deliveries: list[RecordedDelivery]) -> list[RecordedDelivery]:
    """All but the events of repProgressions, which repsync itself causes."""
    return [each for each in deliveries if each.singular() != _PROGRESSION]


def newest_event_at(deliveries: list[RecordedDelivery]) -> datetime:
    """The newest `eventDate`. Raises ValueError when there are no deliveries."""
    return max(from_stamp(each.body()["eventDate"]) for each in deliveries)


def clock_after(deliveries: list[RecordedDelivery]) -> SandboxClock:
    """A clock that starts five minutes after the recorded day's last event and runs on at real speed."""
    return SandboxClock.starting_at(newest_event_at(deliveries) + timedelta(minutes=5))


def take_over(twenty: SandboxTwenty, deliveries: list[RecordedDelivery]) -> None:
    """Puts in the records as they finally were, and a workspace member for everybody they name.

    The last version of a record is the one with the newest `updatedAt`, at a tie the later one of the file.
    Destroyed records are absent, soft-deleted ones keep their `deletedAt`. repProgressions and objects that the
    sandbox does not have are left out.
    """
    bodies = [each.body() for each in without_progressions(deliveries)]
    records = [body for body in bodies if "record" in body]
    for member in _members(body["record"] for body in records):
        twenty.put("workspaceMembers", member)
    for plural, row in _final_rows(records):
        twenty.put(plural, row)


def _delivery(line: str, place: str) -> RecordedDelivery:
    try:
        recorded = json.loads(line)
        return RecordedDelivery(dict(recorded["headers"]), recorded["raw"].encode())
    except (ValueError, KeyError, TypeError, AttributeError):
        raise ValueError(f"{place} is not a recorded delivery with headers and raw") from None


def _final_rows(bodies: list[dict[str, Any]]) -> Iterator[tuple[str, Row]]:
    final: dict[tuple[str, str], Row] = {}
    destroyed: set[tuple[str, str]] = set()
    for body in sorted(bodies, key=lambda body: str(body["record"]["updatedAt"])):
        singular, action = body["eventName"].split(".")
        key = (singular, body["record"]["id"])
        final[key] = body["record"]
        # It carries the updatedAt of the version before it, so its place among the versions says nothing.
        destroyed |= {key} if action == "destroyed" else set()
    for key, row in final.items():
        if key not in destroyed and key[0] in _PLURALS:
            yield _PLURALS[key[0]], row


def _members(records: Iterator[Row]) -> list[Row]:
    names: dict[str, str] = {}
    for record in records:
        created_by = record.get("createdBy") or {}
        named = {record.get("ownerId"): "", created_by.get("workspaceMemberId"): created_by.get("name")}
        for member_id, name in named.items():
            if member_id:
                names[member_id] = names.get(member_id) or name or ""
    return [_member(member_id, name) for member_id, name in names.items()]


def _member(member_id: str, name: str) -> Row:
    first, _, last = name.partition(" ")
    return {"id": member_id, "name": {"firstName": first, "lastName": last}, "timeZone": "system"}
