"""Which version of a record counts, whatever order, number and transport they came in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
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

    @property
    def at(self) -> datetime:
        """When the record came to be so."""
        return self.destroyed_at or self.updated_at


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
    return newest_by_time(versions)[-1][1]


def latest(versions: Iterable[Version[Content_co]]) -> Version[Content_co]:
    """Of at least one the version whose content counts, whether the record is there or not."""
    return max(versions, key=_precedence)


def is_destroyed(versions: Iterable[Version[object]]) -> bool:
    """Whether the record is gone for good, as far as these tell."""
    times = [(version.destroyed_at or NEVER, version.swept_at or NEVER) for version in versions]
    gone_at = max((gone for gone, _ in times), default=NEVER)
    return gone_at > NEVER and max(seen for _, seen in times) <= gone_at


def newest_by_time(versions: Iterable[Version[Content_co]]) -> list[tuple[datetime, Newest[Content_co]]]:
    """Which version counted from when on, oldest first: at each version's time, among those known by then.

    What a sweep said of a version is not dated: it settles which of two was true from the start.
    """
    found: list[tuple[datetime, Newest[Content_co]]] = []
    gone_at = seen_at = NEVER
    best: Version[Content_co] | None = None
    for at, told in groupby(sorted(versions, key=lambda version: version.at), key=lambda version: version.at):
        for version in told:
            best = version if best is None else max(best, version, key=_precedence)
            gone_at = max(gone_at, version.destroyed_at or NEVER)
            seen_at = max(seen_at, version.swept_at or NEVER)
        if best is not None:
            destroyed = gone_at > NEVER and seen_at <= gone_at
            found.append((at, Newest(best.content, best.updated_at, best.deleted_at is None and not destroyed)))
    return found


def _precedence(version: Version[object]) -> tuple[datetime, bool, datetime, str]:
    return version.updated_at, version.destroyed_at is None, version.swept_at or NEVER, version.content_hash
