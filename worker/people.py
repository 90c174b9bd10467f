"""People: whom the leads are assigned to, read only where the workspace says so and where a fact hangs on it."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ledger.attribution import leads_to_read
from ledger.engine import transaction
from ledger.inbox import newest_pending, pending_up_to, store_all
from ledger.sweep_state import SweepPosition, remember_position
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


def sweep_people(parts: Parts, position: SweepPosition, *, anew: bool) -> int:
    """Stores people who changed since the cursor, then the leads that were never read; returns how many.

    Whose lead matters is known when all that was swept before is digested, so that is waited for: the watermark
    passes a fact only when its lead has been read. The first sweep reads no people who merely changed. With `anew`
    the leads that were read before are read and told again.
    Errors: those of `twenty_client.errors`.
    """
    if not _are_assigned(parts):
        return 0
    rows, reached = _read_changed(parts, replace(position, object=PEOPLE))
    wait_until_digested(parts)
    return rows + _read_leads(parts, reached, anew)


def _are_assigned(parts: Parts) -> bool:
    """Whether people have the SELECT `assignedRep` (metadata calls are free of Twenty's budget)."""
    schema = read_schema(parts.twenty, PEOPLE)
    return schema is not None and schema.fields.get(ASSIGNED_REP) == "SELECT"


def _read_changed(parts: Parts, position: SweepPosition) -> tuple[int, SweepPosition]:
    """How many there were, and where a sweep that is cut off later goes on."""
    if position.since_at is None:
        return 0, position
    rows = 0
    for page in pages(parts.twenty, PEOPLE, changed_since(position.since_at), after=position.after):
        position = replace(position, after=page.end_cursor or position.after)
        _store(parts, page.rows, position, anew=False)
        rows += len(page.rows)
    return rows, position


def _read_leads(parts: Parts, position: SweepPosition, anew: bool) -> int:
    with transaction(parts.engine) as connection:
        leads = leads_to_read(connection, again=anew)
    for some in (leads[start : start + MOST_IDS] for start in range(0, len(leads), MOST_IDS)):
        ids = [lead for lead in some if is_uuid(lead)]
        wanted = and_(in_("id", ids), changed_since(None)) if ids else None
        found = parts.twenty.send(list_rows(PEOPLE, filter=wanted)).rows if wanted else ()
        _store(parts, [*found, *_unknown(some, found)], position, anew=anew)
    return len(leads)


def _unknown(asked: Sequence[str], found: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, str]]:
    """Those whom Twenty does not have any more, as people assigned to nobody, so that no sweep asks for them again."""
    known = {row["id"] for row in found}
    for person in asked:
        if person not in known:
            yield {"id": person, "createdAt": _LONG_AGO, "updatedAt": _LONG_AGO, "deletedAt": _LONG_AGO}


def _store(parts: Parts, rows: Sequence[Mapping[str, Any]], position: SweepPosition, *, anew: bool) -> None:
    """Of a person nothing is kept but the assignment."""
    needed = [{name: row.get(name) for name in _NEEDED} for row in rows]
    with transaction(parts.engine) as connection:
        store_all(connection, list(deliveries(PERSON, needed, position.began_at, anew=anew)))
        remember_position(connection, position)
    if rows:
        parts.wake(DIGEST)


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
