"""The loss meter: of the versions that sweeps brought, how many webhooks told, by object and hour.

A sweep marks what it brings (`record_versions.unmetered_at`, under a partial index of what is marked); ten minutes
later each is counted once, in `losses`, and the mark is gone. So the cost follows what was swept lately alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Row, Select, exists, func, select, update
from sqlalchemy.dialects.postgresql import insert

from ledger.tables import deliveries, losses, record_versions, sweep_state

PATIENCE = timedelta(minutes=10)  # so long after the sweep a webhook still counts (the number)
WRITTEN_TOGETHER = timedelta(seconds=2)  # default: so near, a webhook can carry the row of a later write
MOST_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class LossCount:
    """Versions that a sweep brought: told by a webhook in time, or lost."""

    told: int
    lost: int

    @property
    def of(self) -> int:
        """All of them."""
        return self.told + self.lost

    @property
    def share(self) -> float:
        """The part that was lost, 0 to 1."""
        return self.lost / self.of if self.of else 0.0


@dataclass(frozen=True, slots=True)
class Losses:
    """By object, since the full hour `since_at`; `lost_at` is when the last one was found to be lost.

    `webhooks_since` is when Twenty sent the first webhook that came: nothing is counted that changed before.
    """

    since_at: datetime
    by_object: Mapping[str, LossCount]
    lost_at: datetime | None
    webhooks_since: datetime | None

    @property
    def total(self) -> LossCount:
        """Of all objects together."""
        counts = self.by_object.values()
        return LossCount(sum(count.told for count in counts), sum(count.lost for count in counts))


def losses_since(connection: Connection, span: timedelta) -> Losses:
    """What was counted in the hour in which `span` began, and since."""
    since_at = connection.execute(select(func.date_trunc("hour", func.now() - span, "UTC"))).scalar_one()
    c = losses.c
    summed = select(c.object, func.sum(c.told), func.sum(c.lost), func.max(c.lost_at)).where(c.hour_at >= since_at)
    rows = connection.execute(summed.group_by(c.object).order_by(c.object)).all()
    return Losses(
        since_at,
        {name: LossCount(int(told), int(lost)) for name, told, lost, _ in rows},
        max((lost_at for *_, lost_at in rows if lost_at is not None), default=None),
        _webhooks_since(connection),
    )


def meter(connection: Connection) -> LossCount:
    """Counts up to 1,000 versions for which webhooks had their time, and returns how it went with those."""
    webhooks_since, due = _keep_webhooks_since(connection), _due(connection)
    if not due:
        return LossCount(0, 0)
    rows = connection.execute(_counts(due, webhooks_since)).all() if webhooks_since else []
    _add(connection, rows)
    connection.execute(update(record_versions).where(record_versions.c.id.in_(due)).values(unmetered_at=None))
    return LossCount(sum(row.told for row in rows), sum(row.lost for row in rows))


def _due(connection: Connection) -> Sequence[int]:
    """Ids of versions that were swept long enough ago, once every delivery of that time is digested."""
    waiting = select(deliveries.c.received_at).where(deliveries.c.state == "pending").order_by(deliveries.c.id).limit(1)
    until = func.least(func.now(), waiting.scalar_subquery()) - PATIENCE
    marked = record_versions.c.unmetered_at
    due = select(record_versions.c.id).where(marked.is_not(None), marked < until).order_by(marked).limit(MOST_AT_ONCE)
    return connection.execute(due.with_for_update(skip_locked=True)).scalars().all()


def _webhooks_since(connection: Connection) -> datetime | None:
    """When Twenty sent the first webhook that came (its clock, as `updatedAt`), be it but now."""
    first = select(func.min(deliveries.c.sent_at)).where(deliveries.c.source == "twenty").scalar_subquery()
    since: datetime | None = connection.execute(select(func.coalesce(sweep_state.c.webhooks_since, first))).scalar()
    return since


def _keep_webhooks_since(connection: Connection) -> datetime | None:
    """The same, kept as deliveries are pruned."""
    since = _webhooks_since(connection)
    if since is not None:
        unknown = sweep_state.c.webhooks_since.is_(None)
        connection.execute(update(sweep_state).where(unknown).values(webhooks_since=since))
    return since


def _counts(ids: Sequence[int], webhooks_since: datetime) -> Select[Any]:
    """(hour, object, told, lost) of these versions.

    What changed before the first webhook is not counted, nor what says nothing new: a PATCH of unchanged values moves
    `updatedAt` and sends no webhook.
    """
    swept, before = record_versions.alias("swept"), record_versions.alias("before")
    content_before = (
        select(before.c.content_hash)
        .where(_same_record(before, swept), before.c.updated_at < swept.c.updated_at, ~before.c.destroyed)
        .order_by(before.c.updated_at.desc())
        .limit(1)
        .scalar_subquery()
    )
    told, hour = _told(swept), func.date_trunc("hour", swept.c.unmetered_at, "UTC").label("hour_at")
    columns = (func.count().filter(told).label("told"), func.count().filter(~told).label("lost"))
    return (
        select(hour, swept.c.object, *columns)
        .where(swept.c.id.in_(ids), swept.c.updated_at >= webhooks_since)
        .where(swept.c.content_hash.is_distinct_from(content_before))
        .group_by(hour, swept.c.object)
        .order_by(hour, swept.c.object)
    )


def _told(swept: FromClause) -> ColumnElement[bool]:
    """Whether a webhook told the version in time, or one written just after it."""
    told = record_versions.alias("told")
    near = told.c.updated_at.between(swept.c.updated_at, swept.c.updated_at + WRITTEN_TOGETHER)
    in_time = told.c.told_at <= swept.c.unmetered_at + PATIENCE
    return exists().where(_same_record(told, swept), near, in_time, ~told.c.destroyed)


def _same_record(one: FromClause, other: FromClause) -> ColumnElement[bool]:
    return (one.c.object == other.c.object) & (one.c.record_id == other.c.record_id)


def _add(connection: Connection, rows: Sequence[Row[Any]]) -> None:
    for row in rows:
        found_at = func.now() if row.lost else None
        statement = insert(losses).values(
            hour_at=row.hour_at, object=row.object, told=row.told, lost=row.lost, lost_at=found_at
        )
        kept, new = losses.c, statement.excluded
        added = {"told": kept.told + new.told, "lost": kept.lost + new.lost}
        latest = func.greatest(kept.lost_at, new.lost_at)
        connection.execute(
            statement.on_conflict_do_update(index_elements=["hour_at", "object"], set_={**added, "lost_at": latest})
        )
