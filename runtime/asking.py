"""Asking a person before something is done that is large, or hard to turn back; and who that person is."""

import getpass
import os
import sys

import click

from runtime.told_failures import Failed


def agreed(question: str, *, yes: bool) -> bool:
    """Whether it may be done: `yes` was given, or somebody says so. Errors: `Failed` where nobody can be asked."""
    if yes:
        return True
    if not at_a_terminal():
        raise Failed("Nothing was changed: there is no terminal to ask on. Give --yes to do it.")
    return click.confirm(question, err=True)


def must_agree(question: str, *, yes: bool) -> None:
    """Goes on after a yes. Errors: `Failed`."""
    if not agreed(question, yes=yes):
        raise Failed("Nothing was changed.")


def at_a_terminal() -> bool:
    """Whether somebody is there to answer."""
    return sys.stdin.isatty()


def system_user() -> str:
    """The operating system's user, for the audit log."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container's user need not have a name
        return f"uid {os.getuid()}"
