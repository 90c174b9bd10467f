"""Which records of an object the ledger holds for there, soft-deleted ones too, by when Twenty created them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, ScalarSelect, and_, exists, func, or_, select

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
    times = select(facts.c.occurred_at.label("at")).where(_present(object_name, span)).cte("times")
    nth_at = select(times.c.at).order_by(times.c.at).offset(rows).limit(1).scalar_subquery()
    first_at = select(func.min(times.c.at)).scalar_subquery()
    later = select(func.min(times.c.at)).where(times.c.at >= nth_at, times.c.at > first_at)
    return connection.execute(later).scalar()


def known_ids(connection: Connection, object_name: str, ids: Collection[str]) -> set[str]:
    """Those of which the ledger keeps a version, destroyed ones too."""
    kept = select(_versions.record_id).where(_versions.object == object_name, _versions.record_id.in_(sorted(ids)))
    return set(connection.execute(kept).scalars())


def _present(object_name: str, span: Span) -> ColumnElement[bool]:
    return and_(
        facts.c.key.startswith(f"{object_name}:"),
        facts.c.occurred_at < span.to_at,
        *([facts.c.occurred_at >= span.from_at] if span.from_at else []),
        ~_is_destroyed(object_name),
        ~_is_missing(object_name),
    )


def _is_destroyed(object_name: str) -> ColumnElement[bool]:
    """And no sweep begun later saw the id alive: see `is_destroyed` in the programs' versions."""
    return exists().where(
        _versions.object == object_name,
        _versions.record_id == _id(object_name),
        _versions.destroyed,
        _versions.destroyed_at >= func.coalesce(_seen_at(object_name, _versions.record_id), _versions.destroyed_at),
    )


def _is_missing(object_name: str) -> ColumnElement[bool]:
    """What waits to be confirmed is compared no more; a confirmed record's tombstone may be in the inbox still."""
    return exists().where(
        _missing.object == object_name,
        _missing.record_id == _id(object_name),
        or_(
            _missing.confirmed_at.is_(None),
            _missing.confirmed_at >= func.coalesce(_seen_at(object_name, _missing.record_id), _missing.confirmed_at),
        ),
    )


def _id(object_name: str) -> ColumnElement[str]:
    return func.substr(facts.c.key, len(object_name) + 2)


def _seen_at(object_name: str, record_id: ColumnElement[str]) -> ScalarSelect[datetime]:
    seen = record_versions.alias("seen")
    found = select(func.max(seen.c.swept_at)).where(seen.c.object == object_name, seen.c.record_id == record_id)
    return found.scalar_subquery()
