"""Record versions: every state of a record that was ever seen, without texts. Kept for ever."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, func, or_, select
from sqlalchemy.dialects.postgresql import insert

from ledger.recordsets import any_of, given, recordset
from ledger.tables import record_versions
from programs.progression.contents import RecordContent
from programs.progression.versions import Version
from schemas.contents import content_from_json, content_to_json


@dataclass(frozen=True, slots=True)
class SeenVersion:
    """A version as it came: of which record, and when, in which delivery. `parent_id`: a noteTarget's note.

    `metered`: a sweep brought it, and a webhook should have told it.
    """

    object: str
    record_id: str
    version: Version[RecordContent]
    received_at: datetime
    delivery_id: int
    parent_id: str | None = None
    metered: bool = False

    @property
    def record_key(self) -> str:
        """The key of the fact that this version is about: a noteTarget's is its note's."""
        return f"note:{self.parent_id}" if self.object == "noteTarget" else f"{self.object}:{self.record_id}"


Versions = Mapping[tuple[str, str], Sequence[Version[RecordContent]]]
_SEEN = recordset({column.name: column.type for column in record_versions.c if column.name != "id"})
_INSERT = insert(record_versions).from_select(_SEEN.c.keys(), select(_SEEN))
_kept, _new = record_versions.c, _INSERT.excluded
# `least` and `greatest` leave NULLs out.
_ADD = _INSERT.on_conflict_do_update(
    constraint="record_versions_version",
    set_={
        "swept_at": func.greatest(_kept.swept_at, _new.swept_at),
        "destroyed_at": func.greatest(_kept.destroyed_at, _new.destroyed_at),
        "told_at": func.least(_kept.told_at, _new.told_at),
        "unmetered_at": case((_kept.swept_at.is_(None), _new.unmetered_at), else_=_kept.unmetered_at),
    },
    where=_new.swept_at.is_not(None)
    | _kept.told_at.is_(None)
    | (_new.told_at < _kept.told_at)
    | (_new.destroyed_at > _kept.destroyed_at),
)


def add_versions(connection: Connection, seen: Sequence[SeenVersion]) -> None:
    """Keeps versions; one that is there already remembers who told it first, and the newest sweep that saw it.

    A record can be gone, be there again as it was, and be gone again: then the last time counts.
    """
    together: dict[tuple[str, ...], dict[str, Any]] = {}
    for row in map(_row, seen):
        key = _key(row)
        together[key] = _both(together[key], row) if key in together else row
    if together:
        connection.execute(_ADD, given([together[key] for key in sorted(together)]))


def _both(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """The same version that came twice in a batch."""
    first = {name: _of_both(min, one, other, name) for name in ("first_seen_at", "told_at", "unmetered_at")}
    return {**one, **first, **{name: _of_both(max, one, other, name) for name in ("swept_at", "destroyed_at")}}


def _of_both(choose: Callable[..., Any], one: Mapping[str, Any], other: Mapping[str, Any], name: str) -> Any:
    return choose((row[name] for row in (one, other) if row[name] is not None), default=None)


def newest_version(connection: Connection) -> int:
    """The id of the version that was kept last; 0 when there is none."""
    return connection.execute(select(func.max(record_versions.c.id))).scalar() or 0


def untold_versions(connection: Connection, after: int) -> dict[str, int]:
    """How many versions, kept behind version `after`, only a sweep brought so far, by object."""
    c = record_versions.c
    untold = select(c.object, func.count().label("untold")).where(
        c.id > after, c.swept_at.is_not(None), c.told_at.is_(None)
    )
    return {row.object: row.untold for row in connection.execute(untold.group_by(c.object).order_by(c.object))}


def load_versions(connection: Connection, records: Collection[tuple[str, str]]) -> Versions:
    """All versions of the records (object, id)."""
    ids_of: dict[str, list[str]] = defaultdict(list)
    for object_name, record_id in records:
        ids_of[object_name].append(record_id)
    wanted = [
        (record_versions.c.object == name) & (record_versions.c.record_id == any_of(ids))
        for name, ids in ids_of.items()
    ]
    return _load(connection, or_(*wanted)) if wanted else {}


def load_children(connection: Connection, parent_ids: Collection[str]) -> Versions:
    """All versions of the records that ever had one of these parents."""
    c = record_versions.c
    pointing = select(c.object, c.record_id).where(c.parent_id == any_of(parent_ids)).distinct().subquery()
    return _load(connection, (c.object == pointing.c.object) & (c.record_id == pointing.c.record_id))


def parents_ever(connection: Connection, record_ids: Collection[str]) -> set[str]:
    """The ids of all parents that these records ever had."""
    parents = select(record_versions.c.parent_id).where(
        record_versions.c.record_id == any_of(record_ids), record_versions.c.parent_id.is_not(None)
    )
    return set(connection.execute(parents).scalars())


def _load(connection: Connection, condition: ColumnElement[bool]) -> Versions:
    found: dict[tuple[str, str], list[Version[RecordContent]]] = defaultdict(list)
    for row in connection.execute(select(record_versions).where(condition)):
        content = content_from_json(row.object, row.data)
        found[row.object, row.record_id].append(
            Version(row.updated_at, row.content_hash, content, row.deleted_at, row.destroyed_at, row.swept_at)
        )
    return found


def _row(seen: SeenVersion) -> dict[str, Any]:
    version = seen.version
    return {
        "object": seen.object,
        "record_id": seen.record_id,
        "parent_id": seen.parent_id,
        "updated_at": version.updated_at,
        "content_hash": version.content_hash,
        "destroyed": version.destroyed_at is not None,
        "destroyed_at": version.destroyed_at,
        "deleted_at": version.deleted_at,
        "swept_at": version.swept_at,
        "data": content_to_json(version.content),
        "first_seen_at": seen.received_at,
        "told_at": seen.received_at if version.swept_at is None else None,
        "unmetered_at": seen.received_at if seen.metered else None,
    }


def _key(row: Mapping[str, object]) -> tuple[str, ...]:
    names = ("object", "record_id", "updated_at", "content_hash", "destroyed")
    return tuple(str(row[name]) for name in names)
