"""Sweep: reads from Twenty what changed since the cursor into the same inbox, so that no lost webhook matters."""

from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from ledger.engine import transaction
from ledger.fault_points import reached
from ledger.inbox import store_all
from ledger.locks import held_alone
from ledger.sweep_state import (
    SETTLING,
    SweepPosition,
    begin_sweep,
    finish_sweep,
    put_off_sweep,
    remember_position,
    sweep_progress,
)
from twenty_client.errors import ServerFault, TwentyError
from twenty_client.paging import pages
from twenty_client.reply import Page
from twenty_client.request import list_rows
from twenty_client.urgency import Urgency
from worker.failures import told_without_data
from worker.parts import Parts, installed_parts
from worker.people import PEOPLE, sweep_people
from worker.swept_rows import changed_since, deliveries
from worker.wake import DIGEST

log = structlog.get_logger()
SWEPT = {
    "workspaceMembers": "workspaceMember",
    "opportunities": "opportunity",
    "notes": "note",
    "noteTargets": "noteTarget",
}
OVERLAP = timedelta(minutes=2)
SWEEPER = "sweep"


def sweep_job() -> None:
    """RQ's entry: one sweep at a time; one that Twenty can't serve now is tried again when the clock says so."""
    parts = installed_parts()
    with told_without_data(), held_alone(parts.engine, SWEEPER) as held:
        if not held:
            return
        try:
            sweep(replace(parts, twenty=parts.twenty.at(Urgency.SWEEP)))
        except TwentyError as error:
            with transaction(parts.engine) as connection:
                put_off_sweep(connection)
            log.warning("sweep put off", error=type(error).__name__, reason=str(error))


def sweep(parts: Parts, *, whole: bool = False) -> int:
    """Reads all swept objects under a fixed lower bound and returns the number of rows; goes on where one was cut off.

    People come last, and only where leads are assigned to reps. `whole` begins at the beginning instead, and tells
    rows anew that were told before. The cursor moves only when every page is stored.
    Errors: those of `twenty_client.errors`.
    """
    position = _started(parts, whole)
    plurals = [*SWEPT, PEOPLE]
    left = plurals[plurals.index(position.object) if position.object else 0 : -1]
    rows = sum(_read(parts, replace(position, object=plural), plural == position.object, whole) for plural in left)
    rows += sweep_people(parts, position if position.object == PEOPLE else replace(position, after=None), anew=whole)
    reached("sweep.before_finish")
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
    for page in pages(parts.twenty, plural, changed_since(position.since_at), after=after):
        with transaction(parts.engine) as connection:
            store_all(connection, list(deliveries(SWEPT[plural], page.rows, position.began_at, anew=whole)))
            remember_position(connection, _following(position, page))
        reached("sweep.page_stored")
        if page.rows:
            parts.wake(DIGEST)
        rows += len(page.rows)
    return rows


def _following(position: SweepPosition, page: Page) -> SweepPosition:
    """Where to go on once this page is stored."""
    if page.has_next:
        return replace(position, after=page.end_cursor)
    plurals = [*SWEPT, PEOPLE]
    return replace(position, object=plurals[plurals.index(str(position.object)) + 1], after=None)


def _twenty_now(parts: Parts) -> datetime:
    """Twenty's own clock: the watermark is compared with its timestamps, not with ours."""
    now_at = parts.twenty.send(list_rows("workspaceMembers", limit=1)).server_at
    if now_at is None:
        raise ServerFault("an answer without a Date header")
    return now_at
