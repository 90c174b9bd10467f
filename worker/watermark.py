"""The watermark: moving it lets reps be settled."""

from ledger.engine import transaction
from ledger.reps import mark_dirty_by_watermark
from ledger.sweep_state import advance_watermark
from worker.parts import Parts


def move_watermark(parts: Parts) -> bool:
    """Moves the watermark if the last sweep is digested; whoever waited for it gets dirty."""
    with transaction(parts.engine) as connection:
        moved = advance_watermark(connection)
        if moved is not None:
            mark_dirty_by_watermark(connection, *moved)
    return moved is not None
