"""Writes: their order, and whether the last one is remembered."""

from collections.abc import Mapping

from sqlalchemy import Connection, Text, case, cast, func, select

from ledger.proof_queries.deviations import Deviations, deviating, deviations
from ledger.tables import reps, writes

_r, _w = reps.c, writes.c


def write_figures(connection: Connection) -> Mapping[str, int]:
    """How many writes there are, and how many sequence numbers lie between them: of those the answer was lost."""
    kept = select(func.count().label("kept"), (func.max(_w.sequence) - func.count()).label("lost")).group_by(_w.rep)
    lost = kept.subquery()
    found = connection.execute(select(func.sum(lost.c.kept), func.sum(func.greatest(lost.c.lost, 0)))).one()
    return {"writes": int(found[0] or 0), "numbers without a write": int(found[1] or 0)}


def out_of_order(connection: Connection) -> Deviations:
    """Writes whose sequence number is not above that of the rep's write before."""
    before = func.lag(_w.sequence).over(partition_by=_w.rep, order_by=_w.id)
    each = select(_w.id, _w.rep, _w.sequence, before.label("before")).subquery().c
    subject = "write " + cast(each.id, Text)
    found, expected = "sequence " + cast(each.sequence, Text), "above " + cast(each.before, Text)
    query = deviating(subject, found, expected, each.rep)
    return deviations(connection, query.where(each.sequence <= each.before))


def last_not_remembered(connection: Connection) -> Deviations:
    """Reps whose last write is another than the one that is remembered: a write, or the memory of it, is gone."""
    last = select(_w.rep, func.max(_w.sequence).label("sequence")).group_by(_w.rep).subquery()
    sequence = func.coalesce(last.c.sequence, 0)
    found = case((last.c.sequence.is_(None), "no write"), else_="last write " + cast(sequence, Text))
    query = deviating("rep " + _r.id, found, "write " + cast(_r.sequence, Text), _r.id)
    both = reps.outerjoin(last, last.c.rep == _r.id)
    return deviations(connection, query.select_from(both).where(sequence != _r.sequence))


def fields_written(connection: Connection) -> set[str]:
    """The fields that were ever written to anybody's row."""
    return set(connection.execute(select(func.jsonb_object_keys(_w.fields)).distinct()).scalars())
