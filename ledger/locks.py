"""Work that only one process may do at a time, across machines."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, text


@contextmanager
def held_alone(engine: Engine, name: str) -> Iterator[bool]:
    """Yields True while this process alone holds the lock of that name, False if another one has it.

    PostgreSQL lets go of it when the holder's connection ends, however it ends.
    """
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        key = {"name": f"repsync:{name}"}
        held = bool(connection.execute(text("SELECT pg_try_advisory_lock(hashtextextended(:name, 1))"), key).scalar())
        try:
            yield held
        finally:
            if held:
                connection.execute(text("SELECT pg_advisory_unlock(hashtextextended(:name, 1))"), key)
