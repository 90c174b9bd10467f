"""How the notes were read. Reads only."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from ledger.tables import facts
from programs.progression.facts import CALL


@dataclass(frozen=True, slots=True)
class CallReadings:
    """Live call notes by disposition (None: none given), with one note's id of each, and how many there are with a
    duration that could not be read."""

    by_disposition: Mapping[str | None, tuple[int, str]]
    unknown_durations: int


def call_readings(connection: Connection) -> CallReadings:
    """All calls, whoever's."""
    call = (facts.c.kind == CALL) & facts.c.live
    counted = select(facts.c.disposition, func.count(), func.max(facts.c.key)).where(call).group_by(facts.c.disposition)
    unread = select(func.count()).where(call, facts.c.reading.contains("unknown duration"))
    found = {word: (count, key.partition(":")[2]) for word, count, key in connection.execute(counted)}
    return CallReadings(found, connection.execute(unread).scalar_one())
