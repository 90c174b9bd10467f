"""`repsync completion`: the script that lets a shell complete what is typed."""

import click
from click.shell_completion import get_completion_class

from runtime.commands.options import examples

SHELLS = ("bash", "zsh", "fish")


@click.command(
    epilog=examples(
        "repsync completion bash > ~/.local/share/bash-completion/completions/repsync",
        "repsync completion zsh > ~/.zfunc/_repsync      # with fpath+=~/.zfunc before compinit",
        "repsync completion fish > ~/.config/fish/completions/repsync.fish",
        'eval "$(repsync completion bash)"               # in this shell alone',
    )
)
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Prints the script that lets a shell complete commands, options and reps.

    Put it where the shell looks for such scripts, as the examples do, and open a new shell. Names of reps are looked
    up in the ledger: DATABASE_URL must be set, or `repsync start` run in the same place.
    """
    found = get_completion_class(shell)
    assert found is not None  # noqa: S101 - SHELLS are those that click knows
    click.echo(found(context.find_root().command, {}, "repsync", "_REPSYNC_COMPLETE").source(), nl=False)
