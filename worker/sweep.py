"""Sweep: reads from Twenty what changed since the cursor into the same inbox, so that no lost webhook matters."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import structlog

from ledger.engine import transaction
from ledger.inbox import store_all
from ledger.locks import held_alone
from ledger.sweep_state import begin_sweep, finish_sweep, sweep_progress
from schemas.delivery import NewDelivery
from twenty_client.errors import ServerFault, TwentyError
from twenty_client.filters import and_, gte, is_not_null, is_null, or_
from twenty_client.paging import pages
from twenty_client.reply import Page
from twenty_client.request import list_rows
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
SETTLING = timedelta(seconds=10)


def sweep_job() -> None:
    """RQ's entry: one sweep at a time; one that Twenty can't serve now is tried again when the clock says so."""
    parts = installed_parts()
    with told_without_data(), held_alone(parts.engine, "sweep") as held:
        if not held:
            return
        try:
            sweep(parts)
        except TwentyError as error:
            log.warning("sweep put off", error=type(error).__name__, reason=str(error))


def sweep(parts: Parts) -> int:
    """Reads all swept objects under a fixed lower bound and returns the number of rows.

    The cursor moves only when every page is stored. Errors: those of `twenty_client.errors`.
    """
    with transaction(parts.engine) as connection:
        begin_sweep(connection)
        since = sweep_progress(connection).cursor_at
    began_at = _twenty_now(parts)
    rows = sum(
        _store(parts, singular, page, began_at)
        for plural, singular in SWEPT.items()
        for page in pages(parts.twenty, plural, _changed_since(since))
    )
    with transaction(parts.engine) as connection:
        finish_sweep(connection, cursor_at=began_at - OVERLAP, candidate_at=began_at - SETTLING)
    parts.wake(DIGEST)
    log.info("swept", rows=rows)
    return rows


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


def _store(parts: Parts, singular: str, page: Page, began_at: datetime) -> int:
    with transaction(parts.engine) as connection:
        store_all(connection, list(_deliveries(singular, page, began_at)))
    if page.rows:
        parts.wake(DIGEST)
    return len(page.rows)


def _deliveries(singular: str, page: Page, began_at: datetime) -> Iterator[NewDelivery]:
    for row in page.rows:
        swept = {"object": singular, "sweptAt": began_at.isoformat(), "row": row}
        raw = json.dumps(swept, separators=(",", ":")).encode()
        yield NewDelivery("sweep", _version_key(singular, row), raw, {}, datetime.now(UTC))


def _version_key(singular: str, row: Mapping[str, Any]) -> str:
    """The same row read again in the overlap is a duplicate; another content under the same updatedAt is not."""
    content = json.dumps(row, sort_keys=True).encode()
    return f"{singular}:{row.get('id')}:{row.get('updatedAt')}:{sha256(content).hexdigest()[:16]}"
