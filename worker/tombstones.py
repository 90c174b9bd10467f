"""A tombstone: the destroyed version of a record that Twenty did not have when it was asked for it twice.

Raw form: `{object, recordId, missingAt, confirmedAt, updatedAt, deletedAt, content}`. The last three are those of the
version that counted, as a webhook of a destroyed record tells them; content never has a text.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ledger.missing_records import MissingRecord
from programs.progression.contents import RecordContent
from programs.progression.versions import Version, latest
from schemas.contents import content_from_json, content_hash, content_to_json
from schemas.delivery import NewDelivery
from schemas.told import MISSING, told_of


@dataclass(frozen=True, slots=True)
class Tombstone:
    """Which record is gone, as a version of it."""

    object: str
    record_id: str
    version: Version[RecordContent]


def tombstone(
    missing: MissingRecord, versions: Sequence[Version[RecordContent]], confirmed_at: datetime
) -> NewDelivery:
    """The delivery of a record that was missing again at `confirmed_at` (Twenty's clock). `versions` are its own."""
    last = latest(versions)
    told = {
        "object": missing.object,
        "recordId": missing.record_id,
        "missingAt": missing.missing_at.isoformat(),
        "confirmedAt": confirmed_at.isoformat(),
        "updatedAt": last.updated_at.isoformat(),
        "deletedAt": last.deleted_at and last.deleted_at.isoformat(),
        "content": content_to_json(last.content),
    }
    key = f"{missing.object}:{missing.record_id}:{missing.missing_at.isoformat()}"
    raw = json.dumps(told, separators=(",", ":")).encode()
    return NewDelivery(
        "missing", key, raw, {}, confirmed_at, told_of(missing.object, MISSING, {"id": missing.record_id})
    )


def read_tombstone(raw: bytes) -> Tombstone:
    """What `tombstone` wrote."""
    told = json.loads(raw)
    deleted_at = told["deletedAt"] and datetime.fromisoformat(told["deletedAt"])
    content = content_from_json(told["object"], told["content"])
    version = Version(
        updated_at=datetime.fromisoformat(told["updatedAt"]),
        content_hash=content_hash(content, deleted_at),
        content=content,
        deleted_at=deleted_at,
        destroyed_at=datetime.fromisoformat(told["confirmedAt"]),
    )
    return Tombstone(told["object"], told["recordId"], version)
