"""A version's content as JSON, the form in which the ledger keeps it, and its hash."""

import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

from programs.progression.contents import (
    NoteContent,
    NoteTargetContent,
    OpportunityContent,
    PersonContent,
    RecordContent,
    TrainingContent,
)


def content_to_json(content: RecordContent) -> dict[str, Any]:
    """Times as ISO 8601, scores as decimal text."""
    return {name: _plain(getattr(content, name)) for name in content.__slots__}


def content_from_json(object_name: str, data: Mapping[str, Any]) -> RecordContent:
    """The content that `content_to_json` wrote for a record of this object."""
    if object_name == "note":
        return NoteContent(**{**data, "created_at": datetime.fromisoformat(data["created_at"])})
    if object_name == "noteTarget":
        return NoteTargetContent(**data)
    if object_name == "opportunity":
        return OpportunityContent(**{**data, "created_at": datetime.fromisoformat(data["created_at"])})
    if object_name == "person":
        return PersonContent(**data)
    score = data["score"]
    return TrainingContent(**{**data, "score": None if score is None else Decimal(score)})


def content_hash(content: RecordContent, deleted_at: datetime | None) -> str:
    """Tells versions with the same `updatedAt` apart."""
    text = json.dumps([content_to_json(content), _plain(deleted_at)], sort_keys=True)
    return sha256(text.encode()).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
