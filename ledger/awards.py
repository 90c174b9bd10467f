"""Awards as the ledger keeps them: inserted once, never changed but for when Twenty got them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from datetime import datetime

from sqlalchemy import Connection, Double, Text, case, cast, func, select, update
from sqlalchemy.dialects.postgresql import insert

from ledger.publish_lags import add_lags
from ledger.recordsets import given, recordset, values_of
from ledger.tables import Instant, awards, facts
from programs.progression.awards import Award
from programs.progression.moments import PaidXp

_AWARD = tuple(field.name for field in fields(Award))
_COLUMNS = (*_AWARD, "rep", "rules_version")
_NEW = recordset({name: awards.c[name].type for name in _COLUMNS})
_noticed_at = select(facts.c.noticed_at).where(facts.c.key == _NEW.c.cause).scalar_subquery()
_ADD = (
    insert(awards)
    .from_select([*_COLUMNS, "noticed_at"], select(_NEW, func.coalesce(_noticed_at, func.clock_timestamp())))
    .on_conflict_do_nothing()
)


def add_awards(connection: Connection, new: Mapping[str, Sequence[Award]], rules_version: str) -> None:
    """Inserts the awards, by rep, that are not there yet."""
    rows = [
        {**values_of(award, _AWARD), "rep": rep, "rules_version": rules_version}
        for rep, awards_of_rep in new.items()
        for award in awards_of_rep
    ]
    if rows:
        connection.execute(_ADD, given(rows))


def xp_of(connection: Connection, rep: str) -> int:
    """The sum of a rep's awards."""
    total = connection.execute(select(func.sum(awards.c.amount)).where(awards.c.rep == rep)).scalar()
    return int(total or 0)


def xp_by_reason(connection: Connection, rep: str) -> dict[str, int]:
    """The sum of a rep's awards by reason, in the reasons' order; appointments, whose reason is a number, are one."""
    told = case((awards.c.fact_key.startswith("appointment:"), "appointment"), else_=awards.c.reason).label("told")
    sums = select(told, func.sum(awards.c.amount).label("xp")).where(awards.c.rep == rep).group_by(told).order_by(told)
    return {row.told: int(row.xp) for row in connection.execute(sums)}


def newest_award(connection: Connection) -> int:
    """The id of the award that was inserted last; 0 when there is none."""
    return connection.execute(select(func.max(awards.c.id))).scalar() or 0


def xp_behind(connection: Connection, award_id: int, reps: Collection[str]) -> int:
    """The sum of these reps' awards that were inserted behind this one."""
    later = select(func.sum(awards.c.amount)).where(awards.c.id > award_id, awards.c.rep.in_(reps))
    return int(connection.execute(later).scalar() or 0)


def paid_xp(connection: Connection, rep: str) -> list[PaidXp]:
    """A rep's awards that carry XP."""
    rows = connection.execute(
        select(awards.c.cause, awards.c.amount, awards.c.occurred_at).where(awards.c.rep == rep, awards.c.amount > 0)
    )
    return [PaidXp(row.cause, row.amount, row.occurred_at) for row in rows]


_DONE = recordset({"rep": Text(), "until": Instant})
_lag = awards.c.published_at - awards.c.noticed_at
_PUBLISHED = (
    update(awards)
    .where(awards.c.rep == _DONE.c.rep, awards.c.published_at.is_(None), awards.c.awarded_at <= _DONE.c.until)
    .values(published_at=func.clock_timestamp())
    .returning(awards.c.waited, cast(func.extract("epoch", _lag), Double))
)


def mark_published(connection: Connection, until: Mapping[str, datetime]) -> None:
    """Twenty has the awards that each of these reps had `until` then."""
    done = connection.execute(_PUBLISHED, given([{"rep": rep, "until": at} for rep, at in until.items()]))
    add_lags(connection, [(waited, lag_s) for waited, lag_s in done])


def publish_lags_ms(connection: Connection) -> dict[str, list[float]]:
    """Milliseconds from a delivery's arrival to Twenty's row, for each award in Twenty: `at_once` and `waited`."""
    lag = func.extract("epoch", awards.c.published_at - awards.c.noticed_at) * 1000
    rows = connection.execute(select(awards.c.waited, lag).where(awards.c.published_at.is_not(None)))
    lags: dict[str, list[float]] = {"at_once": [], "waited": []}
    for waited, milliseconds in rows:
        lags["waited" if waited else "at_once"].append(float(milliseconds))
    return lags
