"""README's tables say what the code says."""

import re
from pathlib import Path

import click

from programs.progression.row_fields import KINDS
from runtime.cli import main
from runtime.settings import documented_settings

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def table(name: str) -> list[tuple[str, ...]]:
    """The cells of the table between `<!-- name -->` and `<!-- /name -->`, without heading and line."""
    between = re.search(rf"<!-- {name} -->\n(.*?)\n<!-- /{name} -->", README, re.DOTALL)
    assert between is not None
    rows = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in between[1].splitlines()]
    return rows[2:]


def command_rows() -> set[tuple[str, str]]:
    """(command, option) of every command, and ("repsync", option) of the group's own."""
    own = {("repsync", option) for option in options(main)}
    commands = {(f"repsync {name}", "") for name in main.commands}
    return own | commands | {(f"repsync {n}", option) for n, c in main.commands.items() for option in options(c)}


def options(command: click.Command) -> list[str]:
    """The longest spelling of each option."""
    return [max(each.opts, key=len) for each in command.params if isinstance(each, click.Option)]


def test_settings_table_is_what_the_settings_say_of_themselves() -> None:
    """README's settings, their defaults and what they are for are those of the code, in its order."""
    assert table("settings") == [(f"`{name}`", default, told) for name, default, told in documented_settings()]


def test_commands_table_names_every_command_and_option() -> None:
    """README names each command and each option once, and none that does not exist."""
    named = [(command.strip("`"), option.strip("`")) for command, option, _ in table("commands")]
    assert len(named) == len(set(named))
    assert set(named) == command_rows()


def test_fields_table_names_every_field_that_is_written() -> None:
    """README's list of repProgressions fields is exactly what repsync may write."""
    assert [field.strip("`") for field, _, _ in table("fields")] == list(KINDS)
