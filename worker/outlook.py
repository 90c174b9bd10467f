"""Outlook: a rep's standing beside the row as it was last known in Twenty, which is not asked."""

from sqlalchemy import Connection

from ledger.awards import xp_of
from ledger.reps import known_row, load_members, lock_reps
from ledger.sweep_state import watermark_at
from programs.progression.row import read_row
from programs.progression.standing import Standing
from programs.progression.xp_merge import merge_xp
from worker.parts import Parts
from worker.standing_reading import read_standing


def standing_beside_known_row(connection: Connection, rep: str, parts: Parts) -> Standing:
    """What publishing would compute now, had nobody else touched the row; locks the rep, awards nothing."""
    row = read_row(known_row(connection, rep))
    xp = merge_xp(row, lock_reps(connection, [rep])[rep].memory, xp_of(connection, rep))
    member = load_members(connection, [rep]).get(rep)
    return read_standing(connection, rep, member, row, xp, watermark_at(connection), parts)
