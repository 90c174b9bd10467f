"""The reps' rows in the sweep: what others did to them is the publisher's to look at, soon."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ledger.dirty import mark_dirty
from ledger.engine import transaction
from ledger.rep_rows import clean_reps_of_rows
from ledger.sweep_state import SweepPosition, remember_position
from programs.progression.rep_rows import OWNER, reps_to_look_at
from twenty_client.metadata import read_schema
from twenty_client.paging import pages
from worker.parts import Parts
from worker.rows import PLURAL
from worker.swept_rows import changed_since
from worker.wake import PUBLISH


def sweep_rows(parts: Parts, position: SweepPosition, following: SweepPosition) -> int:
    """Reads the rows that changed since the cursor, marks the reps dirty whose row others changed; returns how many.

    Nothing is kept of them. The first sweep reads none: a rep's row is read when the rep is opened. `following` is
    where the sweep goes on after the last page. Errors: those of `twenty_client.errors`.
    """
    if position.since_at is None or read_schema(parts.twenty, PLURAL) is None:
        _look(parts, (), following)
        return 0
    rows = 0
    for page in pages(parts.twenty, PLURAL, changed_since(position.since_at), after=position.after):
        _look(parts, page.rows, replace(position, after=page.end_cursor) if page.has_next else following)
        rows += len(page.rows)
    return rows


def _look(parts: Parts, rows: Sequence[Mapping[str, Any]], following: SweepPosition) -> None:
    owners = {owner for row in rows if (owner := row.get(OWNER))}
    with transaction(parts.engine) as connection:
        remember_position(connection, following)
        known = clean_reps_of_rows(connection, owners, {row["id"] for row in rows})
        touched = reps_to_look_at(known, rows)
        if touched:
            mark_dirty(connection, touched)
    if touched:
        parts.wake(PUBLISH)
