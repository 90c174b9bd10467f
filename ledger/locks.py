"""Work that only one process may do at a time, across machines."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from ledger.engine import autocommit

_TAKE = text("SELECT pg_try_advisory_lock(hashtextextended(:name, 1))")
_LET_GO = text("SELECT pg_advisory_unlock(hashtextextended(:name, 1))")


class Hold:
    """A lock that this process holds as long as the connection lasts, once `take` got it."""

    def __init__(self, connection: Connection, name: str) -> None:
        self._connection = connection
        self._key = {"name": f"repsync:{name}"}
        self._is_taken = False

    def take(self) -> bool:
        """Whether this process alone has it now. For who does not have it."""
        self._is_taken = bool(self._connection.execute(_TAKE, self._key).scalar())
        return self._is_taken

    def let_go(self) -> None:
        """Others may take it."""
        self._is_taken = False
        self._connection.execute(_LET_GO, self._key)

    @contextmanager
    def lent(self) -> Iterator[None]:
        """Others may have it meanwhile; `lasts` tells whether it came back."""
        self.let_go()
        yield
        self.take()

    def lasts(self) -> bool:
        """False once PostgreSQL was away, or what was lent did not come back: another process may have the lock."""
        try:
            self._connection.execute(text("SELECT 1"))
        except SQLAlchemyError:
            return False
        return self._is_taken


@contextmanager
def held_alone(engine: Engine, name: str) -> Iterator[Hold | None]:
    """Yields a hold if this process alone got the lock of that name, None if another one has it.

    PostgreSQL lets go of it when the holder's connection ends, however it ends. Errors: `LedgerUnavailable`.
    """
    with autocommit(engine) as connection:
        hold = Hold(connection, name)
        held = hold.take()
        try:
            yield hold if held else None
        finally:
            if held and hold.lasts():
                hold.let_go()
            elif held:
                connection.invalidate()  # it may still have the lock: it must not go back to a pool


def is_held(connection: Connection, name: str, *, since: datetime | None = None) -> bool:
    """Whether some process, one that connected after `since`, holds the lock of that name (see `held_alone`).

    Nobody is disturbed.
    """
    holders = (
        "SELECT EXISTS (SELECT FROM pg_locks JOIN pg_stat_activity USING (pid)"
        " WHERE locktype = 'advisory' AND granted AND datname = current_database()"
        " AND (classid::bigint << 32 | objid::bigint) = hashtextextended(:name, 1)"
        " AND (CAST(:since AS timestamptz) IS NULL OR backend_start > :since))"
    )
    return bool(connection.execute(text(holders), {"name": f"repsync:{name}", "since": since}).scalar())


def share_names(connection: Connection) -> None:
    """Until this transaction ends nobody changes whom an outside name or a lead's assignedRep stands for.

    Taken by whoever reads a fact whose record may name nobody, after the locks of the records.
    """
    connection.execute(text("SELECT pg_advisory_xact_lock_shared(hashtextextended('repsync:names', 1))"))


def hold_names(connection: Connection) -> None:
    """Until this transaction ends it alone changes whom names stand for, and reads such facts.

    So the facts that hang on names need no locks of their own: they can be more than PostgreSQL has locks for.
    """
    connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('repsync:names', 1))"))


def share_forgotten(connection: Connection) -> None:
    """Until this transaction ends nobody becomes forgotten. Taken first by whoever brings facts up to date."""
    connection.execute(text("SELECT pg_advisory_xact_lock_shared(hashtextextended('repsync:forgotten', 1))"))


def hold_forgotten(connection: Connection) -> None:
    """Until this transaction ends it alone says who is forgotten, and nobody brings facts up to date."""
    connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('repsync:forgotten', 1))"))


def hold_records(connection: Connection, keys: Collection[str]) -> None:
    """Two workers never bring the same record's fact up to date at once; locked in one order."""
    hold = text(
        "SELECT count(pg_advisory_xact_lock(hashtextextended(key, 0))) FROM unnest(CAST(:keys AS text[])) AS key"
    )
    connection.execute(hold, {"keys": sorted(keys)})
