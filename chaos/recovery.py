"""When work goes on after a kill, by what the ledger says."""

import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeVar

from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import Engine, func, select

from ledger.dirty import dirty_reps
from ledger.engine import transaction
from ledger.errors import LedgerUnavailable
from ledger.locks import is_held
from ledger.sweep_state import sweep_progress
from ledger.tables import deliveries, reps
from twenty_client.pauses import RedisPauses
from worker.wake import last_beat_at

LOOK_S = 0.05
LOOK_CLOSELY_S = 0.01  # a publisher that Twenty's pause sends away holds the lock for a moment only
PATIENCE_S = 180.0
EVERY_REP = 10_000
T = TypeVar("T")


class NotRecovered(Exception):
    """Work did not go on within three minutes; the message says which."""


class Paused:
    """How long Twenty's pause was on between the looks."""

    def __init__(self, pauses: RedisPauses) -> None:
        self._pauses = pauses
        self._looked_s: float | None = None
        self.total_s = 0.0

    def look(self) -> None:
        """Adds the time since the last look if the pause is on. Errors: `redis.exceptions.RedisError`."""
        now_s, is_on = time.monotonic(), self._pauses.left_s() > 0
        if is_on and self._looked_s is not None:
            self.total_s += now_s - self._looked_s
        self._looked_s = now_s


class Recovery:
    """Waits until what was to be done is done, and says when that was."""

    def __init__(self, engine: Engine, redis: Redis, pauses: RedisPauses) -> None:
        self._engine = engine
        self._redis = redis
        self._pauses = pauses

    def digested_s(self, accepted_until: datetime, since: datetime) -> float:
        """Seconds from `since` until every delivery received by `accepted_until` was digested; 0 if none was left."""
        self._wait("digested", lambda: self._pending(accepted_until) == 0)
        c = deliveries.c
        last = select(func.max(c.digested_at)).where(c.received_at <= accepted_until, c.digested_at > since)
        with transaction(self._engine) as connection:
            last_at = connection.execute(last).scalar()
        return 0.0 if last_at is None else float((last_at - since).total_seconds())

    def published_s(self, since: datetime) -> float:
        """Seconds from `since` until each rep who is dirty now is published."""
        waiting = self._asked(self._dirty) or {}
        self._wait("published", lambda: self._are_done(waiting))
        return _since(since)

    def taken_over_s(self, lock: str, since: datetime) -> float:
        """Seconds from `since` until a process that came later holds the lock of that name.

        The time in which a pause of Twenty's sent everybody away is left out: it has nothing to do with the kill.
        """
        paused = Paused(self._pauses)

        def taken_over() -> bool:
            paused.look()
            return self._is_held_by_another(lock, since)

        self._wait("taken over", taken_over, LOOK_CLOSELY_S)
        return max(_since(since) - paused.total_s, 0.0)

    def swept_s(self, since: datetime) -> float:
        """Seconds from `since` until a sweep finished."""
        self._wait("swept", lambda: self._swept_after(since))
        return _since(since)

    def ticked_s(self, since: datetime) -> float:
        """Seconds from `since` until the clock ticked."""
        self._wait("ticked", lambda: (beat_at := last_beat_at(self._redis)) is not None and beat_at > since)
        return _since(since)

    def _wait(self, what: str, done: Callable[[], bool], look_s: float = LOOK_S) -> None:
        deadline_s = time.monotonic() + PATIENCE_S
        while not self._asked(done):
            if time.monotonic() > deadline_s:
                raise NotRecovered(f"not {what} within {PATIENCE_S:.0f} s")
            time.sleep(look_s)

    def _asked(self, question: Callable[[], T]) -> T | None:
        """The answer; None while a store is away."""
        try:
            return question()
        except (LedgerUnavailable, RedisError):
            return None

    def _pending(self, until: datetime) -> int:
        waiting = select(func.count()).where(deliveries.c.state == "pending", deliveries.c.received_at <= until)
        with transaction(self._engine) as connection:
            return connection.execute(waiting).scalar_one()

    def _dirty(self) -> Mapping[str, int]:
        with transaction(self._engine) as connection:
            return dirty_reps(connection, EVERY_REP)

    def _are_done(self, waiting: Mapping[str, int]) -> bool:
        with transaction(self._engine) as connection:
            found = connection.execute(select(reps.c.id, reps.c.done).where(reps.c.id.in_(waiting))).tuples().all()
        done = dict(found)
        return all(done[rep] >= dirty for rep, dirty in waiting.items())

    def _is_held_by_another(self, lock: str, since: datetime) -> bool:
        with transaction(self._engine) as connection:
            return is_held(connection, lock, since=since)

    def _swept_after(self, at: datetime) -> bool:
        with transaction(self._engine) as connection:
            finished_at = sweep_progress(connection).finished_at
        return finished_at is not None and finished_at > at


def _since(at: datetime) -> float:
    return (datetime.now(at.tzinfo) - at).total_seconds()
