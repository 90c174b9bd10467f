"""docs/cli.md, made of the commands themselves: `python -m runtime.reference > docs/cli.md`."""

import inspect
from collections.abc import Iterator

import click

from runtime.cli import main
from runtime.command_table import SECTIONS
from runtime.exit_status import STATUSES

HEAD = """\
# The command line

Made of the commands by `.venv/bin/python -m runtime.reference > docs/cli.md`; a test holds it to them.

Settings come from the environment ([README](../README.md#settings)); beside a running `repsync start`, in the same
folder, its stores are used. `--help` of each command says what stands here.

**Output.** The answer goes to standard output, all else (questions, progress, logs, errors) to standard error. With
`--json` standard output is one JSON object on one line, or nothing when the command failed: then a sentence on
standard error says what to do, and the exit status what kind of failure it was. Bars are shown at a terminal alone;
`NO_COLOR` turns colours off. Of the log only warnings are shown, unless `LOG_LEVEL` asks for more.

**Questions.** What is large or hard to turn back is shown first, and asked for. Without a terminal to ask on nothing
is changed; `--yes` does it without asking.

**Completion.** `repsync completion bash` (`zsh`, `fish`) prints the script for a shell: see
[below](#repsync-completion).

## Exit status

The same for every command; what status 1 means for one, its section says.
"""


def reference() -> str:
    """The whole document."""
    context = click.Context(main, info_name="repsync")
    parts = [HEAD, _table(("status", "meaning"), [(str(s.value), told) for s, told in STATUSES.items()])]
    for title, section in SECTIONS.items():
        parts.append(f"## {title}\n")
        for name in section:
            command = main.get_command(context, name)
            assert command is not None  # noqa: S101 - the table names it
            parts += _sections(command, click.Context(command, context, info_name=name))
    return "\n".join(parts)


def _sections(command: click.Command, context: click.Context) -> Iterator[str]:
    """A command's; a group's are those of its commands."""
    if not isinstance(command, click.Group):
        yield _section(command, context)
        return
    for name in command.list_commands(context):
        found = command.get_command(context, name)
        assert found is not None  # noqa: S101 - it is listed
        yield from _sections(found, click.Context(found, context, info_name=name))


def _section(command: click.Command, context: click.Context) -> str:
    usage = " ".join((context.command_path, *command.collect_usage_pieces(context)))
    told = inspect.cleandoc(command.help or "")
    parts = [f"### {context.command_path}\n", f"```\n{usage}\n```\n", f"{told}\n", _options(command, context)]
    return "\n".join((*parts, _examples(command)))


def _options(command: click.Command, context: click.Context) -> str:
    found = (option.get_help_record(context) for option in command.params if isinstance(option, click.Option))
    rows = [(f"`{name}`", told) for name, told in filter(None, found)]
    return _table(("option", "what it does"), rows) if rows else ""


def _examples(command: click.Command) -> str:
    lines = inspect.cleandoc(command.epilog or "").splitlines()[2:]
    return "```\n" + "\n".join(line.strip() for line in lines) + "\n```\n"


def _table(heads: tuple[str, ...], rows: list[tuple[str, str]]) -> str:
    lines = [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows]
    return "\n".join((f"| {' | '.join(heads)} |", f"|{' --- |' * len(heads)}", *lines, ""))


if __name__ == "__main__":
    click.echo(reference(), nl=False)
