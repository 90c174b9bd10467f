"""Where a command writes: its answer to standard output, all else to standard error."""

import json
from collections.abc import Mapping
from typing import Any, NoReturn

import click
from rich.console import Console


class _Answer(Console):
    """Leaves it to the command to end when nobody reads any more."""

    def on_broken_pipe(self) -> NoReturn:
        raise BrokenPipeError


def answer() -> Console:
    """Standard output, for people."""
    return _Answer(highlight=False)


def notes() -> Console:
    """Standard error: progress, questions, remarks."""
    return Console(stderr=True, highlight=False)


def printable(text: str) -> str:
    """Names come from outside: none of them moves a terminal's cursor."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def print_json(value: Mapping[str, Any]) -> None:
    """One JSON object on a line of standard output."""
    click.echo(json.dumps(value, default=str))


def print_answer(found: Mapping[str, Any], told: str, *, as_json: bool) -> None:
    """What was done: for programs, or in words."""
    if as_json:
        print_json(found)
    else:
        click.echo(told)
