"""Sweep: reads from Twenty what changed since the cursor into the same inbox, so that no lost webhook matters."""

from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from ledger.engine import transaction
from ledger.fault_points import reached
from ledger.inbox import store_all
from ledger.inbox_queries import newest_delivery, swept_after
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
from twenty_client.errors import BudgetSpent, Paused, ServerFault, TwentyError
from twenty_client.gate import concerns_all
from twenty_client.paging import pages
from twenty_client.reply import Page
from twenty_client.request import list_rows
from twenty_client.urgency import Urgency
from worker.failures import told_without_data
from worker.outages import note_failure
from worker.parts import Parts, installed_parts
from worker.people import PEOPLE, sweep_people
from worker.rows import PLURAL as ROWS
from worker.rows_swept import sweep_rows
from worker.swept_rows import changed_since, deliveries
from worker.wake import DIGEST
from worker.work_log import measured

log = structlog.get_logger()
SWEPT = {
    "workspaceMembers": "workspaceMember",
    "opportunities": "opportunity",
    "notes": "note",
    "noteTargets": "noteTarget",
}
OVERLAP = timedelta(minutes=2)
_ORDER = (*SWEPT, ROWS, PEOPLE)
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
            note_failure(parts, error)
            with transaction(parts.engine) as connection:
                put_off_sweep(connection, alone=not (concerns_all(error) or isinstance(error, Paused | BudgetSpent)))
            log.warning("sweep put off", error=type(error).__name__, reason=str(error))


def sweep(parts: Parts) -> dict[str, int]:
    """Reads all swept objects under a fixed lower bound and returns the number of rows by object (its plural).

    Goes on where one was cut off. People come last, and only where leads are assigned to reps. The cursor moves only
    when every page is stored.
    Errors: those of `twenty_client.errors`.
    """
    with measured() as work:
        before = _newest_delivery(parts)
        position = _started(parts)
        left = _ORDER[_ORDER.index(position.object) if position.object else 0 :]
        rows = {plural: _read(parts, _at(position, plural)) for plural in left}
        reached("sweep.before_finish")
        with transaction(parts.engine) as connection:
            finish_sweep(connection, position.began_at - OVERLAP, position.began_at - SETTLING)
        parts.wake(DIGEST)
        log.info("swept", rows=rows, **_told(parts, before), calls=work.calls, ms=work.ms)
    return rows


def _newest_delivery(parts: Parts) -> int:
    with transaction(parts.engine) as connection:
        return newest_delivery(connection)


def _told(parts: Parts, before: int) -> dict[str, object]:
    """For the log: the rows that nothing had told so far, and where the watermark stands and will stand."""
    with transaction(parts.engine) as connection:
        new, state = swept_after(connection, before), sweep_progress(connection)
    watermarks = {"watermark_at": state.watermark_at, "next_watermark_at": state.candidate_at}
    return {"new": new, **{name: at and at.isoformat() for name, at in watermarks.items()}}


def _started(parts: Parts) -> SweepPosition:
    """Where the sweep that was cut off stands, or a new one that begins now."""
    with transaction(parts.engine) as connection:
        state = sweep_progress(connection)
        begin_sweep(connection, fresh=state.unfinished is None)
    if state.unfinished is not None:
        return state.unfinished
    position = SweepPosition(twenty_now(parts), state.cursor_at)
    with transaction(parts.engine) as connection:
        remember_position(connection, position)
    return position


def _at(position: SweepPosition, plural: str) -> SweepPosition:
    """Where the sweep begins with this object, or goes on with it."""
    return replace(position, object=plural, after=position.after if plural == position.object else None)


def _read(parts: Parts, position: SweepPosition) -> int:
    """Reads one object and returns the number of rows."""
    if position.object == PEOPLE:
        return sweep_people(parts, position)
    if position.object == ROWS:
        return sweep_rows(parts, position, replace(position, object=PEOPLE, after=None))
    return _read_records(parts, position)


def _read_records(parts: Parts, position: SweepPosition) -> int:
    """Stores the pages, each together with how far that is. What the first sweep brings no webhook could tell."""
    plural = str(position.object)
    rows, metered = 0, position.since_at is not None
    for page in pages(parts.twenty, plural, changed_since(position.since_at), after=position.after):
        with transaction(parts.engine) as connection:
            told = deliveries(SWEPT[plural], page.rows, position.began_at, anew=False, metered=metered)
            store_all(connection, list(told))
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
    return replace(position, object=_ORDER[_ORDER.index(str(position.object)) + 1], after=None)


def twenty_now(parts: Parts) -> datetime:
    """Twenty's own clock: the watermark is compared with its timestamps, not with ours."""
    now_at = parts.twenty.send(list_rows("workspaceMembers", limit=1)).server_at
    if now_at is None:
        raise ServerFault("an answer without a Date header")
    return now_at
