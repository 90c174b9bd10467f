"""The commands keep to the same ways: help with examples, --json, statuses; and `--help` imports none of them."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from runtime.cli import main
from runtime.command_table import PROCESSES, SECTIONS
from runtime.exit_status import STATUSES

ROOT = Path(__file__).parents[2]
# What runs until it is told to end prints nothing to read; a script is no JSON.
WITHOUT_JSON = {"start", "worker", "clock", "completion"}


def _commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from _commands(command, (*path, name))
        else:
            yield (*path, name), command


COMMANDS = dict(_commands(main))


def _help(*path: str) -> str:
    done = CliRunner().invoke(main, [*path, "--help"], prog_name="repsync")
    assert done.exit_code == 0
    return done.stdout


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_help_has_examples_that_can_be_typed(path: tuple[str, ...]) -> None:
    """Each command's help ends with examples, in which it is itself called."""
    _, _, examples = _help(*path).partition("Examples:\n")
    lines = examples.splitlines()
    assert lines
    assert any(f"repsync {' '.join(path)}" in line for line in lines)


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_what_prints_an_answer_can_print_json(path: tuple[str, ...]) -> None:
    """The option is the same everywhere."""
    options = {name for option in COMMANDS[path].params for name in option.opts}
    assert ("--json" in options) is (path[0] not in WITHOUT_JSON)


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_option_says_what_it_does(path: tuple[str, ...]) -> None:
    """None is listed without a word."""
    options = [option for option in COMMANDS[path].params if isinstance(option, click.Option)]
    assert [option.name for option in options if not option.help] == []


def test_the_table_says_what_the_help_of_each_command_begins_with() -> None:
    """The list of `--help` is written apart, so that no command is imported for it; it is each one's first sentence."""
    context = click.Context(main)
    told = {name: entry.summary for section in SECTIONS.values() for name, entry in section.items()}
    commands = {name: main.get_command(context, name) for name in told}
    assert told == {name: (command.help or "").split("\n\n")[0] for name, command in commands.items() if command}
    assert set(PROCESSES) <= told.keys()


def test_help_lists_every_command_and_status() -> None:
    """Both are found from `repsync --help`."""
    told = _help()
    for section in SECTIONS.values():
        assert all(f"\n  {name} " in told for name in section)
    assert all(f"{status.value:>3}  {meaning}\n" in told for status, meaning in STATUSES.items())


def test_help_and_completion_import_no_command() -> None:
    """They are quick, as neither the ledger's nor Twenty's libraries are loaded for them."""
    code = "import runtime.cli, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert loaded & {"sqlalchemy", "psycopg", "redis", "rq", "requests", "flask", "rich", "marshmallow"} == set()
