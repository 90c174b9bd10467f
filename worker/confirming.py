"""Confirming: a record that is missing again, a sweep later, becomes a destroyed version, through the inbox."""

from collections.abc import Sequence
from datetime import datetime

import structlog

from ledger.engine import transaction
from ledger.inbox import store_all
from ledger.missing_records import MissingRecord, confirm_missing, confirmable, drop_missing
from ledger.versions import load_versions
from programs.progression.versions import is_destroyed
from twenty_client.errors import ServerFault
from twenty_client.filters import and_, in_, is_uuid
from twenty_client.request import list_rows
from worker.parts import Parts
from worker.people import MOST_IDS
from worker.spans import COMPARED
from worker.swept_rows import changed_since
from worker.tombstones import tombstone
from worker.wake import DIGEST

log = structlog.get_logger()
CALLS_IN_A_ROW = 10  # default: 600 records, then the worker looks at its other queues


def confirm(parts: Parts, object_name: str, watermark: datetime) -> None:
    """Asks again for what was missing before the last sweep that is digested: dropped when it is there, else gone.

    Errors: those of `twenty_client.errors`.
    """
    for _ in range(CALLS_IN_A_ROW):
        with transaction(parts.engine) as connection:
            waiting = confirmable(connection, object_name, watermark, MOST_IDS)
        if not waiting:
            return
        there, at = _there(parts, object_name, [missing.record_id for missing in waiting])
        _decide(parts, object_name, waiting, there, at)


def _there(parts: Parts, object_name: str, ids: Sequence[str]) -> tuple[set[str], datetime]:
    """Those that Twenty has, soft-deleted or not, and its clock."""
    plural, asked = COMPARED[object_name], [each for each in ids if is_uuid(each)]
    wanted = and_(in_("id", asked), changed_since(None)) if asked else None
    request = list_rows(plural, filter=wanted)
    reply = parts.twenty.send(request)
    if reply.server_at is None or reply.page is None:
        raise ServerFault("a list without paging or a Date header", request_line=request.line)
    return {str(row["id"]) for row in reply.rows}, reply.server_at


def _decide(
    parts: Parts, object_name: str, waiting: Sequence[MissingRecord], there: set[str], confirmed_at: datetime
) -> None:
    records = [(object_name, missing.record_id) for missing in waiting]
    with transaction(parts.engine) as connection:
        versions = load_versions(connection, records)
        # A webhook that was only late has told of it meanwhile.
        told = {record_id for (_, record_id), found in versions.items() if is_destroyed(found)}
        gone = [missing for missing in waiting if missing.record_id not in there | told]
        drop_missing(connection, object_name, there | told)
        confirm_missing(connection, object_name, [missing.record_id for missing in gone], confirmed_at)
        kept = [(each, found) for each in gone if (found := versions.get((object_name, each.record_id)))]
        store_all(connection, [tombstone(each, found, confirmed_at) for each, found in kept])
    log.info("missing records confirmed", object=object_name, gone=len(gone), not_gone=len(waiting) - len(gone))
    parts.wake(DIGEST)
