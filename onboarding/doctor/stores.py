"""PostgreSQL, with the newest schema, and Redis or Valkey."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property

from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import Connection, Engine

from ledger.engine import snapshot, transaction
from ledger.errors import LedgerUnavailable
from ledger.migrate import Revisions, revisions
from onboarding.doctor.check import Finding, NotSeen, failed, passed


class LedgerSight:
    """The ledger, for checks that read it."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @cached_property
    def revisions(self) -> Revisions | LedgerUnavailable:
        """The schema that it has, or why it could not be asked."""
        try:
            with transaction(self.engine) as connection:
                return revisions(connection)
        except LedgerUnavailable as away:
            return away

    def require(self) -> None:
        """Raises NotSeen unless it is there with the newest schema."""
        if isinstance(self.revisions, LedgerUnavailable) or not self.revisions.are_same:
            raise NotSeen("PostgreSQL is not ready")

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One read-only transaction. Raises NotSeen."""
        self.require()
        with snapshot(self.engine) as connection:
            yield connection


class RedisSight:
    """Redis, for checks that read it."""

    def __init__(self, redis: Redis) -> None:
        self.redis = redis

    @cached_property
    def problem(self) -> str | None:
        """The class of the error that it met."""
        try:
            self.redis.ping()
        except RedisError as error:
            return type(error).__name__
        return None

    def require(self) -> None:
        """Raises NotSeen unless it answers."""
        if self.problem is not None:
            raise NotSeen("Redis does not answer")


def judge_database(found: Revisions | LedgerUnavailable) -> Finding:
    """Reachable, and migrated to the schema of this repsync."""
    if isinstance(found, LedgerUnavailable):
        return failed(f"PostgreSQL is unavailable ({found})", "Start it, or set DATABASE_URL right.")
    if not found.are_same:
        told = f"its schema is {found.current or 'empty'}, this repsync's is {found.newest}"
        return failed(told, "Start receiver, worker or clock once: each migrates. Is this repsync older than they are?")
    return passed(f"reachable, schema {found.current}")


def judge_redis(problem: str | None) -> Finding:
    """Reachable."""
    if problem is not None:
        return failed(f"does not answer ({problem})", "Start Redis or Valkey, or set REDIS_URL right.")
    return passed("reachable")
