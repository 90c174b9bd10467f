"""The `repsync` command."""

import os

import click
from click.shell_completion import add_completion_class

from runtime.command_group import Commands
from runtime.command_table import PROCESSES, SECTIONS
from runtime.completing import EscapingBash
from runtime.exit_status import STATUSES
from runtime.running_stores import use_running_stores

STATUS_LINES = "\n".join(f"  {status.value:>3}  {told}" for status, told in STATUSES.items())

add_completion_class(EscapingBash)


@click.command(
    cls=Commands,
    sections=SECTIONS,
    epilog=f"\b\nExit status, of every command:\n{STATUS_LINES}",
)
@click.version_option(package_name="repsync")
@click.pass_context
def main(context: click.Context) -> None:
    """Keeps a sales team's progression in Twenty CRM true.

    Settings come from the environment. `repsync COMMAND --help` tells more, with examples.

    With --json a command prints one JSON object on standard output, or nothing when it failed. Errors, logs and
    progress go to standard error.
    """
    if os.environ.get("NO_COLOR"):
        context.color = False
    if context.invoked_subcommand not in PROCESSES:
        use_running_stores()


if __name__ == "__main__":
    main(prog_name="repsync")
