"""What every process and command starts with: its settings read, logs and error reports set up."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy import Connection

from ledger.engine import connect_engine, snapshot
from ledger.fault_points import VARIABLE, armed
from runtime.command_table import PROCESSES
from runtime.error_reports import configure_error_reports
from runtime.logs import configure_logs
from runtime.settings import Settings, SettingsError, read_database_url, read_settings


def configured(*, needs_stores: bool = True) -> Settings:
    """The settings, with logs and error reports set up by them. Errors: `SettingsError`."""
    settings = read_settings(needs_stores=needs_stores)
    if armed() and settings.sentry_dsn:
        raise SettingsError(f"{VARIABLE} lets processes die for tests: not beside SENTRY_DSN")
    configure_logs(_level(settings))
    configure_error_reports(settings.sentry_dsn)
    return settings


def _level(settings: Settings) -> str:
    """A command tells itself what it did: of the log it shows warnings, unless more is asked for."""
    context = click.get_current_context(silent=True)
    is_process = context is None or context.find_root().invoked_subcommand in PROCESSES
    return "WARNING" if settings.log_level == "INFO" and not is_process else settings.log_level


@contextmanager
def reading_ledger() -> Iterator[Connection]:
    """One state of the ledger, for commands that only look: no setting but DATABASE_URL is needed.

    Errors: `SettingsError`, `LedgerUnavailable`, `LedgerOutdated`.
    """
    with snapshot(connect_engine(read_database_url())) as connection:
        yield connection
