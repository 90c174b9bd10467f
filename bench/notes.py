"""Call notes as Twenty tells of them, made up for any number of reps: every one is another call."""

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from schemas.delivery import NewDelivery
from schemas.told import told_by_webhook

# As often as a sales floor has them.
DISPOSITIONS = ("NO_ANSWER", "NO_ANSWER", "NO_ANSWER", "NO_ANSWER", "VOICEMAIL", "VOICEMAIL", "CONTACT", "CALLBACK")
FIRST_AT = datetime.now(UTC) - timedelta(hours=8)
HEADERS = {"content-type": "application/json", "user-agent": "axios/1.17.0"}


def rep_ids(number: int) -> list[str]:
    """Ids of workspace members."""
    return [str(UUID(int=0x20202020_0000_4000_8000_000000000000 + at, version=4)) for at in range(number)]


def call_notes(reps: list[str], seed: int = 1) -> Iterator[NewDelivery]:
    """A webhook for each call, without end; the reps in turn, half a second from one call to the next."""
    chance = random.Random(seed)
    at = FIRST_AT
    while True:
        for rep in reps:
            at += timedelta(milliseconds=500)
            yield _delivery(chance, rep, at)


def _delivery(chance: random.Random, rep: str, at: datetime) -> NewDelivery:
    body = _body(str(UUID(int=chance.getrandbits(128), version=4)), _title(chance), rep, _stamp(at))
    raw = json.dumps(body, separators=(",", ":")).encode()
    return NewDelivery("twenty", body["record"]["id"], raw, HEADERS, at, told_by_webhook(body))


def _title(chance: random.Random) -> str:
    disposition = chance.choice(DISPOSITIONS)
    seconds = chance.randrange(5, 30) if disposition in ("NO_ANSWER", "VOICEMAIL") else chance.randrange(20, 300)
    return f"Call - {disposition} | {seconds // 60}:{seconds % 60:02} | Call to Kim Lee"


def _stamp(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _body(note: str, title: str, rep: str, stamp: str) -> dict[str, Any]:
    actor = {"source": "MANUAL", "workspaceMemberId": rep, "name": "Kim Rep", "context": None}
    record = {
        "id": note,
        "createdAt": stamp,
        "updatedAt": stamp,
        "deletedAt": None,
        "position": 0,
        "title": title,
        "bodyV2": {"blocknote": None, "markdown": ""},
        "createdBy": actor,
        "updatedBy": actor,
    }
    return {
        "eventName": "note.created",
        "objectMetadata": {"id": "fe940971-bce2-407f-a176-6935c39ea093", "nameSingular": "note"},
        "workspaceId": "20202020-1c25-4d02-bf25-6aeccf7ea419",
        "webhookId": "df2d9a32-a49b-4f71-82cb-65386ec5bed8",
        "eventDate": stamp,
        "record": record,
    }
