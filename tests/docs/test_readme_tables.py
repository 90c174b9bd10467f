"""README's tables say what the code says."""

import re
from collections.abc import Iterator
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


def commands(group: click.Group, path: str = "repsync") -> Iterator[tuple[str, str]]:
    """(command, its help's first paragraph) of each command that does something, groups followed."""
    context = click.Context(group)
    for name in sorted(group.list_commands(context)):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")
        else:
            yield f"`{path} {name}`", " ".join((command.help or "").split("\n\n")[0].split())


def test_settings_table_is_what_the_settings_say_of_themselves() -> None:
    """README's settings, their defaults and what they are for are those of the code, in its order."""
    assert table("settings") == [(f"`{name}`", default, told) for name, default, told in documented_settings()]


def test_commands_table_says_what_the_help_of_each_command_says() -> None:
    """README names every command, with the first words of its own help, and none that does not exist."""
    assert table("commands") == sorted(commands(main))


def test_fields_table_names_every_field_that_is_written() -> None:
    """README's list of repProgressions fields is exactly what repsync may write."""
    assert [field.strip("`") for field, _, _ in table("fields")] == list(KINDS)
