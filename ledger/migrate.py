"""Brings a database to the newest schema; safe to run by several processes at once."""

from pathlib import Path

from alembic import command
from alembic.config import Config
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


def alembic_config(connection: Connection) -> Config:
    """Alembic's configuration without an ini file, working on the given connection."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config
