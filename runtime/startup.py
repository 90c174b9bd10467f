"""What every command starts with: its settings read, logs and error reports set up, failures told in a sentence."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from accounts.errors import NothingToTell
from ledger.errors import LedgerOutdated, LedgerUnavailable
from ledger.fault_points import VARIABLE, armed
from runtime.error_reports import configure_error_reports
from runtime.logs import configure_logs
from runtime.settings import Settings, SettingsError, read_settings


def configured(*, needs_stores: bool = True) -> Settings:
    """The settings, with logs and error reports set up by them. Errors: `SettingsError`."""
    settings = read_settings(needs_stores=needs_stores)
    if armed() and settings.sentry_dsn:
        raise SettingsError(f"{VARIABLE} lets processes die for tests: not beside SENTRY_DSN")
    configure_logs(settings.log_level)
    configure_error_reports(settings.sentry_dsn)
    return settings


@contextmanager
def told_in_a_sentence() -> Iterator[None]:
    """What stops a start, a demo or an answer ends the command with one sentence and status 1."""
    from runtime.demo.settling import NotSettled
    from runtime.local import NotReady
    from sandbox.embedded import EmbeddedServerError
    from sandbox.player import ReceiverAway

    try:
        yield
    except (SettingsError, NothingToTell, EmbeddedServerError, NotReady, NotSettled, ReceiverAway) as stopped:
        sys.exit(f"repsync: {stopped}")
    except LedgerUnavailable as away:
        sys.exit(f"repsync: PostgreSQL is unavailable ({away})")
    except LedgerOutdated:
        sys.exit("repsync: the ledger is of another release: start a worker of this one first, it migrates the ledger")
