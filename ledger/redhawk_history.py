"""When RedHawk's battle histories were last read, and whose: the mapped reps'."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select, update

from ledger.tables import aliases, deliveries, redhawk_history, reps

HISTORY_KEY = "battle:"  # begins the delivery key of a battle read from a history; a webhook's is its `webhook-id`
LONGEST_PAUSE = timedelta(hours=1)
_MOST_DOUBLINGS = 10


@dataclass(frozen=True, slots=True)
class HistoryState:
    """The last reading of all histories: when, how many failed in a row, and the last one's problem."""

    polled_at: datetime | None
    failures: int
    problem: str | None


def history_state(connection: Connection) -> HistoryState:
    """How the last reading went."""
    row = connection.execute(select(redhawk_history)).one()
    return HistoryState(row.polled_at, row.failures, row.problem)


def history_due(state: HistoryState, now: datetime, interval: timedelta) -> bool:
    """Every interval; after failures in a row twice as long for each, at most an hour or the interval (default)."""
    if state.polled_at is None:
        return True
    put_off = interval * (1 << min(state.failures, _MOST_DOUBLINGS))
    due_at = state.polled_at + min(put_off, max(LONGEST_PAUSE, interval))
    return due_at <= now


def begin_poll(connection: Connection) -> None:
    """The histories are read from now on: until the next time nobody needs to be woken for it."""
    connection.execute(update(redhawk_history).values(polled_at=func.clock_timestamp()))


def finish_poll(connection: Connection, problem: str | None, *, failed: bool) -> None:
    """How it went: `problem` is for people, `failed` puts the next reading off."""
    failures = redhawk_history.c.failures + 1 if failed else 0
    connection.execute(update(redhawk_history).values(failures=failures, problem=problem))


def mapped_redhawk_ids(connection: Connection) -> list[str]:
    """RedHawk's ids that stand for a rep who was not forgotten, in order."""
    gone = select(reps.c.id).where(reps.c.id == aliases.c.rep, reps.c.forgotten_at.is_not(None))
    mapped = select(aliases.c.alias).where(aliases.c.source == "redhawk", ~gone.exists()).order_by(aliases.c.alias)
    return list(connection.execute(mapped).scalars())


def known_keys(connection: Connection, keys: Collection[str]) -> set[str]:
    """Those of RedHawk's delivery keys that are in the inbox."""
    kept = select(deliveries.c.key).where(deliveries.c.source == "redhawk", deliveries.c.key.in_(keys))
    return set(connection.execute(kept).scalars())
