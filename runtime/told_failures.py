"""What stops a command, told in a sentence that says what to do next, with an exit status."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from runtime.exit_status import ExitStatus


class Failed(click.ClickException):
    """Ends the command with one sentence on standard error and status 1; standard output stays empty."""

    exit_code = ExitStatus.FOUND


class Away(Failed):
    """What the command needs is not there: status 3."""

    exit_code = ExitStatus.AWAY


@contextmanager
def told_in_a_sentence(then: str = "") -> Iterator[None]:
    """What an operator can meet ends the command without a traceback; `then` says how to go on when it was cut off.

    Errors: `Failed`, `SystemExit`; whatever is a fault of repsync's own passes.
    """
    try:
        yield
    except (click.ClickException, click.exceptions.Exit):
        raise
    except BrokenPipeError:
        _hush()
    except (KeyboardInterrupt, click.Abort):
        click.echo(f"Stopped. {then}".rstrip(), err=True)
        sys.exit(ExitStatus.INTERRUPTED)
    except Exception as failure:
        if away := _of_what_is_away(failure):
            raise Away(f"{away} {then}".rstrip()) from None
        if refused := _refused(failure):
            raise Failed(refused) from None
        raise


def _hush() -> None:
    """Nobody reads any more: nothing else is written, at the interpreter's end neither."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(ExitStatus.NOBODY_READS)


def _refused(failure: Exception) -> str | None:
    """The sentence; None for a fault of ours. Imports late: no command fails by all of these."""
    from accounts.errors import NothingToTell
    from accounts.passwords import UnfitPassword
    from accounts.token_changes import TokenRefused
    from accounts.user_changes import UserRefused
    from worker.forgetting import CannotForget
    from worker.mapping import MappingRefused

    refusals = NothingToTell | MappingRefused | CannotForget | UserRefused | UnfitPassword | TokenRefused
    return str(failure) if isinstance(failure, refusals) else None


def _of_what_is_away(failure: Exception) -> str | None:
    return _of_settings_and_stores(failure) or _of_twenty(failure) or _of_this_machine(failure)


def _of_settings_and_stores(failure: Exception) -> str | None:
    from redis.exceptions import RedisError

    from accounts.failed_jobs import QueueAway
    from ledger.errors import LedgerOutdated, LedgerUnavailable
    from runtime.settings import SettingsError

    match failure:
        case SettingsError():
            return str(failure)
        case LedgerUnavailable():
            return f"PostgreSQL is unavailable: {failure}. See that it runs and that DATABASE_URL leads to it."
        case LedgerOutdated():
            return "The ledger is empty or of another release: start a worker of this one first, it migrates it."
        case QueueAway():
            return f"{failure}: jobs are kept there. See that it runs and that REDIS_URL leads to it."
        case RedisError():
            return f"Redis is unavailable ({type(failure).__name__}). See that it runs and that REDIS_URL leads to it."
    return None


def _of_twenty(failure: Exception) -> str | None:
    from twenty_client.errors import TwentyError, Unauthorized, Unreachable, WrongAddress

    if not isinstance(failure, TwentyError):
        return None
    cure = "Try again later."
    if isinstance(failure, Unauthorized):
        cure = "See TWENTY_API_KEY, and the role of that key (Settings, Roles)."
    elif isinstance(failure, Unreachable | WrongAddress):
        cure = "See that Twenty runs and that TWENTY_URL leads to it."
    return f"Twenty could not be called: {type(failure).__name__}: {failure}. {cure}"


def _of_this_machine(failure: Exception) -> str | None:
    """Servers, ports, processes and files of `repsync start`, `demo` and `sandbox`."""
    from runtime.demo.settling import NotSettled
    from runtime.local import NotReady
    from sandbox.embedded import EmbeddedServerError
    from sandbox.player import ReceiverAway

    if isinstance(failure, EmbeddedServerError | NotReady | NotSettled | ReceiverAway):
        return str(failure)
    if isinstance(failure, OSError) and failure.filename and failure.strerror:
        return f"{failure.filename}: {failure.strerror}."
    return None
