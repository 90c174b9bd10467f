"""Brings a database to the newest schema; safe to run by several processes at once."""

from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from ledger.engine import connect_engine, transaction

MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 7_265_701


def upgrade(database_url: str) -> None:
    """Applies every missing migration, one process at a time (an advisory lock).

    Errors: `LedgerUnavailable` when the server can't be reached.
    """
    engine = connect_engine(database_url)
    with transaction(engine) as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        command.upgrade(alembic_config(connection), "head")
    engine.dispose()


@dataclass(frozen=True, slots=True)
class Revisions:
    """The schema that a database has (None: none at all), and the newest that this code knows."""

    current: str | None
    newest: str | None

    @property
    def are_same(self) -> bool:
        """Whether nothing is to be migrated."""
        return self.current == self.newest


def revisions(connection: Connection) -> Revisions:
    """Where a database stands; nothing is changed."""
    newest = ScriptDirectory.from_config(alembic_config(connection)).get_current_head()
    return Revisions(MigrationContext.configure(connection).get_current_revision(), newest)


def alembic_config(connection: Connection) -> Config:
    """Alembic's configuration without an ini file, working on the given connection."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config
