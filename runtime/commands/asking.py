"""Asking before something is done to many: at a terminal a question, elsewhere --yes."""

import getpass
import os
import sys

import click


def agreed(question: str, *, yes: bool) -> bool:
    """Whether somebody said yes. Errors: `click.ClickException` where nobody can be asked."""
    if yes:
        return True
    if not at_a_terminal():
        raise click.ClickException("Nothing was changed: there is no terminal to ask on. Give --yes to do it.")
    return click.confirm(question, err=True)


def at_a_terminal() -> bool:
    """Whether somebody is there to answer."""
    return sys.stdin.isatty()


def system_user() -> str:
    """The operating system's user, for the audit log."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container's user need not have a name
        return f"uid {os.getuid()}"
