"""Call notes as Twenty's webhooks tell of them, put into the inbox without Twenty."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import uuid4

from bench.crowd import note_row
from schemas.delivery import NewDelivery
from schemas.told import told_by_webhook

HEADERS = {"content-type": "application/json", "user-agent": "axios/1.17.0"}


def call_notes(reps: Sequence[str], days_ago: int = 0) -> Iterator[NewDelivery]:
    """A delivery for each call, without end; the reps in turn, half a second from one call to the next.

    The first is 8 hours and so many days old.
    """
    first_at = datetime.now(UTC) - timedelta(days=days_ago, hours=8)
    for number in count(1):
        at = first_at + timedelta(seconds=number / 2)
        yield _delivery(str(uuid4()), reps[number % len(reps)], number, at)


def _delivery(note_id: str, rep: str, number: int, at: datetime) -> NewDelivery:
    record = note_row(note_id, rep, number, at)
    body = {
        "eventName": "note.created",
        "objectMetadata": {"id": "fe940971-bce2-407f-a176-6935c39ea093", "nameSingular": "note"},
        "workspaceId": "20202020-1c25-4d02-bf25-6aeccf7ea419",
        "webhookId": "df2d9a32-a49b-4f71-82cb-65386ec5bed8",
        "eventDate": record["createdAt"],
        "record": {**record, "position": 0, "updatedBy": record["createdBy"]},
    }
    return NewDelivery("twenty", note_id, json.dumps(body).encode(), HEADERS, at, told_by_webhook(body))
