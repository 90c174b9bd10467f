"""How the notes were read. Reads only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select, text

from ledger.tables import UNREAD_TITLE, deliveries, facts
from programs.progression.facts import CALL

MOST_GROUPS = 50
_COUNTED = (
    func.count().label("notes"),
    func.min(facts.c.occurred_at).label("first_at"),
    func.max(facts.c.occurred_at).label("last_at"),
)


@dataclass(frozen=True, slots=True)
class CallReadings:
    """Live call notes by disposition (None: none given), with one note's id of each, and how many there are with a
    duration that could not be read."""

    by_disposition: Mapping[str | None, tuple[int, str]]
    unknown_durations: int


@dataclass(frozen=True, slots=True)
class UnreadTitles:
    """Live call notes with the same word in the place of the disposition, read in the same way and not understood.

    `word` is `UNREAD` where what stands there is not kept. `example` is the newest delivery, if one is kept still, of
    one of the notes.
    """

    word: str | None
    reading: str
    count: int
    first_at: datetime
    last_at: datetime
    example: int | None


def call_readings(connection: Connection) -> CallReadings:
    """All calls, whoever's."""
    call = (facts.c.kind == CALL) & facts.c.live
    counted = select(facts.c.disposition, func.count(), func.max(facts.c.key)).where(call).group_by(facts.c.disposition)
    unread = select(func.count()).where(call, facts.c.reading.contains("unknown duration"))
    found = {word: (count, key.partition(":")[2]) for word, count, key in connection.execute(counted)}
    return CallReadings(found, connection.execute(unread).scalar_one())


def unread_titles(connection: Connection) -> list[UnreadTitles]:
    """Those with an unknown disposition or an unread duration, the 50 most frequent groups."""
    c = facts.c
    shape = (c.disposition, c.reading)
    counted = (
        select(*shape, *_COUNTED, func.max(c.key).label("key"))
        .where(text(UNREAD_TITLE))
        .group_by(*shape)
        .order_by(func.count().desc(), *shape)
        .limit(MOST_GROUPS)
    )
    rows = connection.execute(counted).all()
    newest = _newest_deliveries(connection, [row.key for row in rows])
    return [
        UnreadTitles(row.disposition, row.reading, row.notes, row.first_at, row.last_at, newest.get(row.key))
        for row in rows
    ]


def _newest_deliveries(connection: Connection, record_keys: Sequence[str]) -> dict[str, int]:
    c = deliveries.c
    found = select(c.record_key, func.max(c.id)).where(c.record_key.in_(record_keys)).group_by(c.record_key)
    return {str(key): int(newest) for key, newest in connection.execute(found)}
