"""Sweep: reads from Twenty what changed since the cursor into the same inbox, so that no lost webhook matters."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import structlog

from ledger.engine import transaction
from ledger.inbox import store_all
from ledger.locks import held_alone
from ledger.sweep_state import (
    SETTLING,
    SweepPosition,
    begin_sweep,
    finish_sweep,
    remember_position,
    sweep_progress,
)
from schemas.delivery import NewDelivery
from twenty_client.errors import ServerFault, TwentyError
from twenty_client.filters import and_, gte, is_not_null, is_null, or_
from twenty_client.paging import pages
from twenty_client.reply import Page
from twenty_client.request import list_rows
from twenty_client.urgency import Urgency
from worker.failures import told_without_data
from worker.parts import Parts, installed_parts
from worker.wake import DIGEST

log = structlog.get_logger()
SWEPT = {
    "workspaceMembers": "workspaceMember",
    "opportunities": "opportunity",
    "notes": "note",
    "noteTargets": "noteTarget",
}
OVERLAP = timedelta(minutes=2)


def sweep_job() -> None:
    """RQ's entry: one sweep at a time; one that Twenty can't serve now is tried again when the clock says so."""
    parts = installed_parts()
    with told_without_data(), held_alone(parts.engine, "sweep") as held:
        if not held:
            return
        try:
            sweep(replace(parts, twenty=parts.twenty.at(Urgency.SWEEP)))
        except TwentyError as error:
            log.warning("sweep put off", error=type(error).__name__, reason=str(error))


def sweep(parts: Parts, *, whole: bool = False) -> int:
    """Reads all swept objects under a fixed lower bound and returns the number of rows; goes on where one was cut off.

    `whole` begins at the beginning instead, and tells rows anew that were told before. The cursor moves only when
    every page is stored. Errors: those of `twenty_client.errors`.
    """
    position = _started(parts, whole)
    plurals = list(SWEPT)
    first = plurals.index(position.object) if position.object else 0
    rows = sum(
        _read(parts, replace(position, object=plural), plural == position.object, whole) for plural in plurals[first:]
    )
    with transaction(parts.engine) as connection:
        finish_sweep(connection, position.began_at - OVERLAP, position.began_at - SETTLING)
    parts.wake(DIGEST)
    log.info("swept", rows=rows)
    return rows


def _started(parts: Parts, whole: bool) -> SweepPosition:
    """Where the sweep that was cut off stands, or a new one that begins now."""
    with transaction(parts.engine) as connection:
        begin_sweep(connection)
        state = sweep_progress(connection)
    if state.unfinished is not None and not whole:
        return state.unfinished
    position = SweepPosition(_twenty_now(parts), None if whole else state.cursor_at)
    with transaction(parts.engine) as connection:
        remember_position(connection, position)
    return position


def _read(parts: Parts, position: SweepPosition, resumed: bool, whole: bool) -> int:
    """Stores the pages of one object, each together with how far that is."""
    after = position.after if resumed else None
    plural = str(position.object)
    rows = 0
    for page in pages(parts.twenty, plural, _changed_since(position.since_at), after=after):
        with transaction(parts.engine) as connection:
            store_all(connection, list(_deliveries(SWEPT[plural], page, position.began_at, anew=whole)))
            remember_position(connection, _following(position, page))
        if page.rows:
            parts.wake(DIGEST)
        rows += len(page.rows)
    return rows


def _following(position: SweepPosition, page: Page) -> SweepPosition:
    """Where to go on once this page is stored; behind the last page of all is the last object's end."""
    if page.has_next:
        return replace(position, after=page.end_cursor)
    plurals = list(SWEPT)
    at = plurals.index(str(position.object))
    return replace(position, object=plurals[at + 1], after=None) if at + 1 < len(plurals) else position


def _twenty_now(parts: Parts) -> datetime:
    """Twenty's own clock: the watermark is compared with its timestamps, not with ours."""
    now_at = parts.twenty.send(list_rows("workspaceMembers", limit=1)).server_at
    if now_at is None:
        raise ServerFault("an answer without a Date header")
    return now_at


def _changed_since(since: datetime | None) -> str:
    """Soft-deleted rows come only when the filter names `deletedAt`."""
    with_deleted = or_(is_null("deletedAt"), is_not_null("deletedAt"))
    return with_deleted if since is None else and_(gte("updatedAt", since), with_deleted)


def _deliveries(singular: str, page: Page, began_at: datetime, *, anew: bool) -> Iterator[NewDelivery]:
    """With `anew` a row that was told before is no duplicate, once for each such sweep."""
    suffix = f":{began_at.isoformat()}" if anew else ""
    for row in page.rows:
        swept = {"object": singular, "sweptAt": began_at.isoformat(), "row": row}
        raw = json.dumps(swept, separators=(",", ":")).encode()
        yield NewDelivery("sweep", _version_key(singular, row) + suffix, raw, {}, datetime.now(UTC))


def _version_key(singular: str, row: Mapping[str, Any]) -> str:
    """The same row read again in the overlap is a duplicate; another content under the same updatedAt is not."""
    content = json.dumps(row, sort_keys=True).encode()
    return f"{singular}:{row.get('id')}:{row.get('updatedAt')}:{sha256(content).hexdigest()[:16]}"
