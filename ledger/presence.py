"""Which records of an object the ledger holds for there, soft-deleted ones too, by when Twenty created them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Select, and_, func, select

from ledger.tables import facts, missing_records, record_versions


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
    c = record_versions.c
    kept = select(c.record_id).where(c.object == object_name, c.record_id.in_(sorted(ids)))
    return set(connection.execute(kept).scalars())


def _present(object_name: str, span: Span) -> ColumnElement[bool]:
    """What is known to be missing already is not there: it waits to be confirmed, and is compared no more."""
    return and_(
        facts.c.key.startswith(f"{object_name}:"),
        facts.c.occurred_at < span.to_at,
        *([facts.c.occurred_at >= span.from_at] if span.from_at else []),
        facts.c.key.not_in(_keys(object_name, _destroyed(object_name))),
        facts.c.key.not_in(_keys(object_name, _waiting(object_name))),
    )


def _keys(object_name: str, ids: Select[tuple[str]]) -> Select[tuple[str]]:
    found = ids.subquery()
    return select(f"{object_name}:" + found.c.record_id)


def _destroyed(object_name: str) -> Select[tuple[str]]:
    """Tombstones, unless a sweep begun later saw the id alive (as `programs.progression.versions.newest` has it)."""
    gone, seen = record_versions.alias("gone"), record_versions.alias("seen")
    seen_at = (
        select(func.max(seen.c.swept_at))
        .where(seen.c.object == object_name, seen.c.record_id == gone.c.record_id)
        .scalar_subquery()
    )
    still = func.max(gone.c.destroyed_at) >= func.coalesce(seen_at, func.max(gone.c.destroyed_at))
    return (
        select(gone.c.record_id).where(gone.c.object == object_name, gone.c.destroyed).group_by(gone.c.record_id)
    ).having(still)


def _waiting(object_name: str) -> Select[tuple[str]]:
    c = missing_records.c
    return select(c.record_id).where(c.object == object_name, c.confirmed_at.is_(None))
