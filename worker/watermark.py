"""The watermark: moving it lets reps be settled."""

from datetime import timedelta

from ledger.comparisons import ask_for_comparison
from ledger.dirty import mark_dirty_by_watermark
from ledger.engine import transaction
from ledger.sweep_state import advance_watermark
from worker.parts import Parts

OUTAGE = timedelta(minutes=20)  # default: four sweeps in a row that did not come


def move_watermark(parts: Parts) -> bool:
    """Moves the watermark if the last sweep is digested; whoever waited for it gets dirty.

    After an outage records may be gone of which no webhook could tell.
    """
    with transaction(parts.engine) as connection:
        moved = advance_watermark(connection)
        if moved is not None:
            before, now = moved
            mark_dirty_by_watermark(connection, before, now)
            if before is not None and now - before >= OUTAGE:
                ask_for_comparison(connection)
    return moved is not None
