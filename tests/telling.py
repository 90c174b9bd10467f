"""What Twenty tells a floor, record by record, and letting it settle."""

import json
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from floor import JANE, Floor

from ledger.dirty import mark_dirty_by_watermark
from ledger.engine import transaction
from ledger.inbox import store_all
from ledger.sweep_state import watermark_at
from ledger.tables import sweep_state
from schemas.delivery import NewDelivery

_keys = count(1)
NOON = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
LEAD = "20202020-b000-4485-94de-70c2a98daef2"


def stamp(at: datetime) -> str:
    """The time as Twenty writes it."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def tell(floor: Floor, event: str, record: dict[str, Any], at: datetime = NOON) -> None:
    """A webhook of Twenty's is in the inbox."""
    row = {"createdAt": stamp(at), "updatedAt": stamp(at), "deletedAt": None, **record}
    body = {"eventName": event, "eventDate": stamp(at), "record": row}
    delivery = NewDelivery("twenty", f"late-{next(_keys)}", json.dumps(body).encode(), {}, datetime.now(UTC))
    with transaction(floor.parts.engine) as connection:
        store_all(connection, [delivery])


def note(key: str, title: str, rep: str | None = JANE, body: str = "", name: str = "") -> dict[str, Any]:
    """A note of a member, or of the API key of this name."""
    author = {"source": "MANUAL", "workspaceMemberId": rep, "name": name, "context": {}}
    return {"id": key, "title": title, "bodyV2": {"markdown": body, "blocknote": None}, "createdBy": author}


def deal(stage: str, owner: str | None, **fields: Any) -> dict[str, Any]:
    """An opportunity that the API key `key` wrote."""
    author = {"source": "API", "workspaceMemberId": None, "name": "key", "context": {}}
    return {"id": "roof-z", "stage": stage, "ownerId": owner, "pointOfContactId": LEAD, "createdBy": author, **fields}


def settle(floor: Floor) -> None:
    """What waits is decided: the watermark moves beyond everything told so far."""
    floor.digest()
    with transaction(floor.parts.engine) as connection:
        before = watermark_at(connection)
        now = (before or NOON + timedelta(days=1)) + timedelta(seconds=1)
        connection.execute(sweep_state.update().values(watermark_at=now))
        mark_dirty_by_watermark(connection, before, now)
    floor.publish()
