"""`repsync` as a group whose commands are imported when they are run: its help and its completion are quick."""

import sys
from collections.abc import Mapping
from importlib import import_module
from io import TextIOWrapper
from typing import Any

import click
from click.shell_completion import CompletionItem

from runtime.command_table import Entry, Section
from runtime.told_failures import told_in_a_sentence


class Commands(click.Group):
    """The commands of a table, listed by section. What stops one is told in a sentence."""

    def __init__(self, *arguments: Any, sections: Mapping[str, Section], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._sections = sections
        self._entries = {name: entry for section in sections.values() for name, entry in section.items()}

    def main(self, *arguments: Any, **options: Any) -> Any:
        """Runs; what a terminal's encoding lacks is shown as `?`."""
        if isinstance(sys.stdout, TextIOWrapper):
            sys.stdout.reconfigure(errors="replace")
        return super().main(*arguments, **options)

    def invoke(self, ctx: click.Context) -> Any:
        """Errors: none that an operator can meet, but `click.ClickException` and `SystemExit`."""
        with told_in_a_sentence():
            return super().invoke(ctx)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """In the order of the table."""
        return list(self._entries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Imports it."""
        entry = self._entries.get(cmd_name)
        return None if entry is None else _defined(cmd_name, entry)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """A list for each section; imports nothing."""
        for title, section in self._sections.items():
            with formatter.section(title):
                formatter.write_dl([(name, entry.summary) for name, entry in section.items()])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Names of commands and options; imports nothing."""
        named = [CompletionItem(n, help=e.summary) for n, e in self._entries.items() if n.startswith(incomplete)]
        return [*named, *click.Command.shell_complete(self, ctx, incomplete)]


def _defined(name: str, entry: Entry) -> click.Command:
    command: click.Command = getattr(import_module(entry.module), name)
    return command
