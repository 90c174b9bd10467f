"""People: whom the leads are assigned to, read only where the workspace says so and where a fact hangs on it."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from ledger.attribution import leads_to_read
from ledger.engine import transaction
from ledger.inbox import newest_pending, pending_up_to, store_all
from ledger.sweep_state import SweepPosition, remember_position
from schemas.delivery import NewDelivery
from twenty_client.filters import and_, in_, is_uuid
from twenty_client.metadata import read_schema
from twenty_client.paging import pages
from twenty_client.request import list_rows
from worker.digest import digest_batch
from worker.parts import Parts
from worker.swept_rows import changed_since, deliveries
from worker.wake import DIGEST

PEOPLE, PERSON, ASSIGNED_REP = "people", "person", "assignedRep"
MOST_IDS = 60  # of 36 letters each, so that the address stays far below 8 kB
LOOK_AGAIN_S = 0.2
_NEEDED = ("id", "createdAt", "updatedAt", "deletedAt", ASSIGNED_REP)
_LONG_AGO = "2000-01-01T00:00:00.000Z"


def sweep_people(parts: Parts, position: SweepPosition) -> int:
    """Stores people who changed since the cursor, then the leads that were never read; returns how many.

    Whose lead matters is known when all that was swept before is digested, so that is waited for: the watermark
    passes a fact only when its lead has been read. The first sweep reads no people who merely changed.
    Errors: those of `twenty_client.errors`.
    """
    if not _are_assigned(parts):
        return 0
    return _read_changed(parts, replace(position, object=PEOPLE)) + _read_leads(parts, position.began_at)


def backfill_people(parts: Parts, began_at: datetime, *, anew: bool) -> int:
    """Stores the leads that were never read, with `anew` all of them, and returns how many they are.

    Errors: those of `twenty_client.errors`.
    """
    return _read_leads(parts, began_at, anew=anew) if _are_assigned(parts) else 0


def _are_assigned(parts: Parts) -> bool:
    """Whether people have the SELECT `assignedRep` (metadata calls are free of Twenty's budget)."""
    schema = read_schema(parts.twenty, PEOPLE)
    return schema is not None and schema.fields.get(ASSIGNED_REP) == "SELECT"


def _read_changed(parts: Parts, position: SweepPosition) -> int:
    if position.since_at is None:
        return 0
    rows = 0
    for page in pages(parts.twenty, PEOPLE, changed_since(position.since_at), after=position.after):
        position = replace(position, after=page.end_cursor or position.after)
        with transaction(parts.engine) as connection:
            store_all(connection, _assignments(page.rows, position.began_at, anew=False))
            remember_position(connection, position)
        if page.rows:
            parts.wake(DIGEST)
        rows += len(page.rows)
    return rows


def _read_leads(parts: Parts, began_at: datetime, *, anew: bool = False) -> int:
    wait_until_digested(parts)
    with transaction(parts.engine) as connection:
        leads = leads_to_read(connection, again=anew)
    for some in (leads[start : start + MOST_IDS] for start in range(0, len(leads), MOST_IDS)):
        ids = [lead for lead in some if is_uuid(lead)]
        wanted = and_(in_("id", ids), changed_since(None)) if ids else None
        found = parts.twenty.send(list_rows(PEOPLE, filter=wanted)).rows if wanted else ()
        told = _assignments([*found, *_unknown(some, found)], began_at, anew=anew)
        with transaction(parts.engine) as connection:
            store_all(connection, told)
        parts.wake(DIGEST)
    return len(leads)


def _unknown(asked: Sequence[str], found: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, str]]:
    """Those whom Twenty does not have any more, as people assigned to nobody, so that no sweep asks for them again."""
    known = {row["id"] for row in found}
    for person in asked:
        if person not in known:
            yield {"id": person, "createdAt": _LONG_AGO, "updatedAt": _LONG_AGO, "deletedAt": _LONG_AGO}


def _assignments(rows: Sequence[Mapping[str, Any]], began_at: datetime, *, anew: bool) -> list[NewDelivery]:
    """Of a person nothing is kept but the assignment."""
    needed = [{name: row.get(name) for name in _NEEDED} for row in rows]
    return list(deliveries(PERSON, needed, began_at, anew=anew))


def wait_until_digested(parts: Parts) -> None:
    """Helps with what is in the inbox now, and waits for what other workers hold of it."""
    with transaction(parts.engine) as connection:
        last = newest_pending(connection)
    while last is not None and _is_pending(parts, last):
        if not digest_batch(parts):
            time.sleep(LOOK_AGAIN_S)


def _is_pending(parts: Parts, last: int) -> bool:
    with transaction(parts.engine) as connection:
        return pending_up_to(connection, last)
