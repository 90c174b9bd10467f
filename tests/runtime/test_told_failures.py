"""What an operator can meet ends a command with one sentence and the status of the table."""

from collections.abc import Callable

import click
import pytest
from click.testing import CliRunner, Result
from redis.exceptions import ConnectionError as RedisAway

from accounts.errors import UnknownRep
from accounts.failed_jobs import QueueAway
from accounts.user_changes import UserRefused
from ledger.errors import LedgerOutdated, LedgerUnavailable
from runtime.command_group import Commands
from runtime.exit_status import ExitStatus
from runtime.local import NotReady
from runtime.settings import SettingsError
from runtime.told_failures import told_in_a_sentence
from twenty_client.errors import Paused, Unauthorized, Unreachable
from worker.forgetting import CannotForget


def _run(act: Callable[[], object], then: str = "") -> Result:
    """A command that does this."""

    class Group(Commands):
        def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
            return click.Command(cmd_name, callback=act_then)

    def act_then() -> None:
        with told_in_a_sentence(then):
            act()

    return CliRunner().invoke(Group("repsync", sections={}), ["act"])


def _failing(failure: BaseException) -> Callable[[], object]:
    def fail() -> None:
        raise failure

    return fail


@pytest.mark.parametrize(
    ("failure", "status", "told"),
    [
        (SettingsError("Not set: TWENTY_URL."), ExitStatus.AWAY, "Not set: TWENTY_URL."),
        (LedgerUnavailable("it refuses the password"), ExitStatus.AWAY, "unavailable: it refuses the password. See"),
        (LedgerOutdated(), ExitStatus.AWAY, "start a worker of this one first"),
        (RedisAway("redis://u:pw@host"), ExitStatus.AWAY, "Redis is unavailable (ConnectionError). See"),
        (QueueAway("Redis is unavailable (TimeoutError)"), ExitStatus.AWAY, "jobs are kept there. See that it runs"),
        (Unreachable("no connection"), ExitStatus.AWAY, "that TWENTY_URL leads to it"),
        (Unauthorized("forbidden", status=403), ExitStatus.AWAY, "See TWENTY_API_KEY, and the role of that key"),
        (Paused(7.0), ExitStatus.AWAY, "pause for 7.0 s. Try again later."),
        (NotReady("port 8080 is taken"), ExitStatus.AWAY, "port 8080 is taken"),
        (PermissionError(13, "Permission denied", "/data"), ExitStatus.AWAY, "/data: Permission denied."),
        (UnknownRep("Jane"), ExitStatus.FOUND, "no workspace member is known as 'Jane'"),
        (CannotForget("Give the id"), ExitStatus.FOUND, "Give the id"),
        (UserRefused("There is a user"), ExitStatus.FOUND, "There is a user"),
        (click.UsageError("one of them"), ExitStatus.USAGE, "one of them"),
        (KeyboardInterrupt(), ExitStatus.INTERRUPTED, "Stopped."),
        (click.Abort(), ExitStatus.INTERRUPTED, "Stopped."),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else None,
)
def test_each_failure_has_its_sentence_and_status(failure: BaseException, status: ExitStatus, told: str) -> None:
    """On standard error, with nothing on standard output, and no secret."""
    done = _run(_failing(failure))
    assert (done.exit_code, done.stdout) == (status, "")
    assert told in done.stderr
    assert "pw" not in done.stderr


def test_how_to_go_on_is_said_only_where_it_was_cut_off() -> None:
    """A store that is away and Ctrl-C leave something to go on with, an unknown name does not."""
    then = "Go on with the same command."
    assert then in _run(_failing(LedgerUnavailable("x")), then).stderr
    assert then in _run(_failing(KeyboardInterrupt()), then).stderr
    assert then not in _run(_failing(UnknownRep("Jane")), then).stderr


def test_a_fault_of_repsync_s_own_is_not_hushed_up() -> None:
    """A bug keeps its traceback: whoever reports it needs that."""
    fault = KeyError("rank")
    assert _run(_failing(fault)).exception is fault
