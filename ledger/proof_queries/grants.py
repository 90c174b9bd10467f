"""Badges and rank steps beside the standings that tell of them."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from sqlalchemy import Connection, Text, case, cast, column, func, literal, select
from sqlalchemy.dialects.postgresql import JSONB

from ledger.proof_queries.deviations import Deviations, deviating, deviations
from ledger.tables import badges, rank_steps, reps

_r, _b, _s = reps.c, badges.c, rank_steps.c
_SUBJECT = "rep " + _r.id
_EARNED = _r.standing["badges"]["earned"]
_PUBLISHED = (_r.dirty <= _r.done) & _r.standing.is_not(None)


class GrantedRank(NamedTuple):
    """A rank step of a rep with nothing to publish, and the rank that the standing tells."""

    rep: str
    granted: str
    told: str | None


def grant_figures(connection: Connection) -> Mapping[str, int]:
    """How many badges and rank steps were granted."""
    return {
        "badges": connection.execute(select(func.count()).select_from(badges)).scalar_one(),
        "rank steps": connection.execute(select(func.count()).select_from(rank_steps)).scalar_one(),
    }


def badges_only_told(connection: Connection) -> Deviations:
    """Badges that a standing tells and that were never granted."""
    listed = case((func.jsonb_typeof(_EARNED) == "array", _EARNED), else_=cast(literal([], JSONB), JSONB))
    each = func.jsonb_array_elements_text(listed).table_valued(column("badge", Text)).render_derived()
    badge = each.c.badge
    granted = select(_b.rep).where(_b.rep == _r.id, _b.badge == badge).exists()
    query = deviating(_SUBJECT, "badge " + badge + " in the standing", literal("the badge as granted"), _r.id)
    return deviations(connection, query.select_from(reps.join(each, literal(True))).where(~granted))


def badges_not_told(connection: Connection) -> Deviations:
    """Granted badges that the standing of a rep with nothing to publish does not tell."""
    query = deviating(_SUBJECT, "badge " + _b.badge + " granted", literal("the badge in the standing"), _r.id)
    granted = query.select_from(reps.join(badges, _b.rep == _r.id)).where(_PUBLISHED)
    return deviations(connection, granted.where(_EARNED.is_not(None), ~func.jsonb_exists(_EARNED, _b.badge)))


def granted_ranks(connection: Connection) -> Iterator[GrantedRank]:
    """The rank steps of reps with nothing to publish."""
    told = _r.standing["currentRank"].astext
    found = select(_s.rep, _s.rank, told).join(reps, _r.id == _s.rep).where(_PUBLISHED).order_by(_s.rep, _s.rank)
    return (GrantedRank(*row) for row in connection.execute(found))
