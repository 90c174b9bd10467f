"""Reps: whose published standing should be that of now, and who waits for what."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, case, func, literal, select, union

from ledger.proof_queries.deviations import Deviations, deviating, deviations
from ledger.tables import awards, day_totals, facts, publisher_state, reps, writes

PUBLISHED = "published"
_r = reps.c


def _condition(now: datetime) -> ColumnElement[str]:
    """What a rep waits for; `published` for nothing, `idle` for one who never had anything to publish."""
    put_off = select(publisher_state.c.id).where(publisher_state.c.put_off_until > func.clock_timestamp()).exists()
    return case(
        (_r.forgotten_at.is_not(None), "forgotten"),
        ((_r.dirty > _r.done) & _r.refused.is_not(None), "refused"),
        ((_r.dirty > _r.done) & put_off, "put off"),
        (_r.dirty > _r.done, "queued"),
        (_r.standing.is_(None), "idle"),
        (_r.next_change_at <= now, "changing with time"),
        else_=PUBLISHED,
    )


def conditions(connection: Connection, now: datetime) -> Mapping[str, int]:
    """How many reps wait for what."""
    told = _condition(now).label("told")
    counted = select(told, func.count().label("reps")).group_by(told).order_by(told)
    return {row.told: row.reps for row in connection.execute(counted)}


def published_reps(connection: Connection, now: datetime) -> list[str]:
    """Those whose published standing should be that of now: nothing waits, no time has passed."""
    found = select(_r.id).where(_condition(now) == PUBLISHED).order_by(_r.id)
    return list(connection.execute(found).scalars())


def never_queued(connection: Connection) -> Deviations:
    """Reps with facts and without a standing who do not wait to be published, and numbers that can't be.

    Who was forgotten is published no more.
    """
    works = select(facts.c.key).where(facts.c.rep == _r.id).exists()
    query = deviating("rep " + _r.id, literal("neither published nor dirty"), literal("dirty"), _r.id)
    left_out = (_r.dirty <= _r.done) & _r.standing.is_(None) & works & _r.forgotten_at.is_(None)
    return deviations(connection, query.where(left_out | (_r.done > _r.dirty)))


def strangers(connection: Connection) -> Deviations:
    """Who has facts, awards or totals, and is not among the reps: nobody ever publishes them."""
    told = [select(table.c.rep).where(table.c.rep.is_not(None)) for table in (facts, awards, day_totals, writes)]
    found = union(*told).subquery().c.rep
    query = deviating("rep " + found, literal("not among the reps"), literal("a rep"), found)
    return deviations(connection, query.where(~select(_r.id).where(_r.id == found).exists()))
