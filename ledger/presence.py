"""Which records of an object the ledger holds for there, soft-deleted ones too, by when Twenty created them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, CompoundSelect, Connection, Select, and_, func, select, union_all

from ledger.tables import facts, missing_records, record_versions

_versions, _missing = record_versions.c, missing_records.c


@dataclass(frozen=True, slots=True)
class Span:
    """Records created at `from_at` (None: since ever) or later, and before `to_at`."""

    from_at: datetime | None
    to_at: datetime


@dataclass(frozen=True, slots=True)
class Present:
    """How many records of a span are there; `live` are those that nobody deleted."""

    count: int
    live: int


def count_present(connection: Connection, object_name: str, span: Span) -> Present:
    """By the facts: each note and each opportunity has one, whose time is the record's createdAt."""
    counted = select(func.count(), func.count().filter(facts.c.live)).where(_present(object_name, span))
    return Present(*connection.execute(counted).one())


def present_ids(connection: Connection, object_name: str, span: Span) -> Mapping[str, bool]:
    """The ids, and whether each is live."""
    found = connection.execute(select(facts.c.key, facts.c.live).where(_present(object_name, span)))
    return {key.removeprefix(f"{object_name}:"): live for key, live in found}


def boundary(connection: Connection, object_name: str, span: Span, rows: int) -> datetime | None:
    """When the record behind the first `rows` ones was created, later than the first; None if there is none.

    Imported records can share one createdAt, so that more than `rows` lie before it.
    """
    times = select(facts.c.occurred_at).where(_present(object_name, span)).order_by(facts.c.occurred_at)
    at, first_at = times.offset(rows).limit(1).scalar_subquery(), times.limit(1).scalar_subquery()
    later = select(func.min(facts.c.occurred_at)).where(
        _present(object_name, span), facts.c.occurred_at >= at, facts.c.occurred_at > first_at
    )
    return connection.execute(later).scalar()


def known_ids(connection: Connection, object_name: str, ids: Collection[str]) -> set[str]:
    """Those of which the ledger keeps a version, destroyed ones too."""
    kept = select(_versions.record_id).where(_versions.object == object_name, _versions.record_id.in_(sorted(ids)))
    return set(connection.execute(kept).scalars())


def _present(object_name: str, span: Span) -> ColumnElement[bool]:
    """What waits to be confirmed is not there either: it is known to be missing, and is compared no more."""
    return and_(
        facts.c.key.startswith(f"{object_name}:"),
        facts.c.occurred_at < span.to_at,
        *([facts.c.occurred_at >= span.from_at] if span.from_at else []),
        facts.c.key.not_in(_keys(object_name, _gone(object_name))),
        facts.c.key.not_in(_keys(object_name, _waiting(object_name))),
    )


def _keys(object_name: str, ids: Select[tuple[str]]) -> Select[tuple[str]]:
    found = ids.subquery()
    return select(f"{object_name}:" + found.c.record_id)


def _gone(object_name: str) -> Select[tuple[str]]:
    """Destroyed or confirmed, and no sweep begun later saw the id alive: see `newest` in the programs' versions."""
    ends = _ends(object_name).subquery()
    seen_at = (
        select(func.max(_versions.swept_at))
        .where(_versions.object == object_name, _versions.record_id == ends.c.record_id)
        .scalar_subquery()
    )
    gone_at = func.max(ends.c.at)
    return select(ends.c.record_id).group_by(ends.c.record_id).having(gone_at >= func.coalesce(seen_at, gone_at))


def _ends(object_name: str) -> CompoundSelect[tuple[str, datetime]]:
    """A confirmed record's tombstone may wait in the inbox still."""
    return union_all(
        select(_versions.record_id, _versions.destroyed_at.label("at")).where(
            _versions.object == object_name, _versions.destroyed
        ),
        select(_missing.record_id, _missing.confirmed_at).where(
            _missing.object == object_name, _missing.confirmed_at.is_not(None)
        ),
    )


def _waiting(object_name: str) -> Select[tuple[str]]:
    return select(_missing.record_id).where(_missing.object == object_name, _missing.confirmed_at.is_(None))
