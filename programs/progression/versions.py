"""Which version of a record counts, whatever order, number and transport they came in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar

Content_co = TypeVar("Content_co", covariant=True)
NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Version(Generic[Content_co]):
    """One state of a record as Twenty or RedHawk told it, without note texts.

    `destroyed_at` is when Twenty said that the record is gone for good (its `updated_at` is then that of the version
    before); `swept_at` is when the last sweep began that saw this version alive, None if only a webhook brought it.
    """

    updated_at: datetime
    content_hash: str
    content: Content_co
    deleted_at: datetime | None = None
    destroyed_at: datetime | None = None
    swept_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Newest(Generic[Content_co]):
    """What the version that counts says, and whether the record is there at all."""

    content: Content_co
    updated_at: datetime
    live: bool


def newest(versions: Sequence[Version[Content_co]]) -> Newest[Content_co]:
    """The version that counts out of at least one.

    `updatedAt` is not unique (100 parallel writes gave 63 distinct ones): among equals the sweep's read wins, else
    the greater content hash. A destroyed record stays dead whatever its other versions say; only a sweep begun
    after it that sees the id alive revives it.
    """
    best = max(versions, key=lambda v: (v.updated_at, v.destroyed_at is None, v.swept_at or NEVER, v.content_hash))
    return Newest(best.content, best.updated_at, live=best.deleted_at is None and not _destroyed(versions))


def _destroyed(versions: Sequence[Version[Content_co]]) -> bool:
    gone_at = max((v.destroyed_at for v in versions if v.destroyed_at), default=None)
    seen_at = max((v.swept_at for v in versions if v.swept_at), default=NEVER)
    return gone_at is not None and seen_at <= gone_at
