"""XP of each rep: the sum of the awards beside our part of what was written."""

from collections.abc import Mapping

from sqlalchemy import Connection, Numeric, Text, cast, func, literal, select

from ledger.proof_queries.deviations import Deviations, deviating, deviations
from ledger.tables import awards, reps, writes
from programs.progression.row import MOST_OURS

_r, _a, _w = reps.c, awards.c, writes.c
_SYNCED = func.coalesce(_r.synced_xp, 0)
_SUBJECT = "rep " + _r.id
_SUMS = select(_a.rep, func.sum(_a.amount).label("xp")).group_by(_a.rep).subquery()
_SUM = func.coalesce(_SUMS.c.xp, 0)
_REPS_WITH_SUMS = reps.outerjoin(_SUMS, _SUMS.c.rep == _r.id)
_BESIDE = cast(_SYNCED, Text) + " XP written as ours, " + cast(_SUM, Text) + " in awards"


def xp_figures(connection: Connection) -> Mapping[str, int]:
    """How many awards there are, their XP, how much of it is carried, and whose gap is still to be explained."""
    carried = func.coalesce(func.sum(_a.amount).filter(_a.basis == "carried"), 0)
    totals = connection.execute(select(func.count(), func.coalesce(func.sum(_a.amount), 0), carried)).one()
    gaps = connection.execute(select(func.count()).where(_r.gap_behind_at.is_not(None))).scalar_one()
    return {"awards": totals[0], "XP": int(totals[1]), "XP carried": int(totals[2]), "reps with a gap": gaps}


def sums_below_written(connection: Connection) -> Deviations:
    """Reps whose awards come to less than was written, and of whom no gap is known: an award is gone."""
    query = deviating(_SUBJECT, _BESIDE, literal("awards that come to what was written"), _r.id)
    lost = (_SUM < _SYNCED) & _r.gap_behind_at.is_(None)
    return deviations(connection, query.select_from(_REPS_WITH_SUMS).where(lost))


def sums_above_written(connection: Connection) -> Deviations:
    """Reps with nothing to publish whose awards come to more than was written; who was forgotten may have some left."""
    query = deviating(_SUBJECT, _BESIDE, literal("all of it written, or the rep dirty"), _r.id)
    left_out = (_SUM > _SYNCED) & (_r.dirty <= _r.done) & _r.forgotten_at.is_(None)
    return deviations(connection, query.select_from(_REPS_WITH_SUMS).where(left_out))


def written_above_remembered(connection: Connection) -> Deviations:
    """Reps of whose XP more was written than is remembered; what nobody earns was none of ours (migration 0015)."""
    synced = cast(_w.fields["syncedXp"].astext, Numeric)
    last = select(_w.rep, func.max(synced).label("xp")).where(synced <= MOST_OURS).group_by(_w.rep).subquery()
    found = cast(_SYNCED, Text) + " XP remembered as written"
    query = deviating(_SUBJECT, found, cast(last.c.xp, Text) + " XP, as in its writes", _r.id)
    return deviations(connection, query.select_from(reps.join(last, last.c.rep == _r.id)).where(last.c.xp > _SYNCED))
