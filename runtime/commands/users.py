"""`repsync users`: who may sign in to the console."""

import getpass
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast, get_args

import click
from rich.box import SIMPLE
from rich.console import Console
from sqlalchemy import Connection

from accounts.passwords import SHORTEST, UnfitPassword
from accounts.user_changes import UserRefused, added_user, changed_password, changed_role, known_name, removed_user
from ledger.engine import connect_engine, transaction
from ledger.migrate import upgrade
from ledger.users import ListedUser, Role, User, list_users
from runtime.explain.words import moment
from runtime.plain_table import PlainTable
from runtime.settings import read_database_url
from runtime.startup import told_in_a_sentence

ROLES: tuple[Role, ...] = get_args(Role)
_AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
_ROLE = click.option("--role", type=click.Choice(ROLES), required=True, help="What the user may do.")
_REP = click.option("--rep", metavar="ID", help="Of the role rep: the workspace member whose page it sees.")
_FROM_STDIN = click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")


@click.group()
def users() -> None:
    """Users of the console: viewers look, ops also act, admins also manage users, a rep sees its own page.

    \b
    Examples:
      repsync users add ada --role admin
      repsync users add jane --role rep --rep 20202020-463f-435b-828c-107e007a2711
      pass show repsync/ada | repsync users password ada --password-stdin
    """


@users.command("add")
@click.argument("name")
@_ROLE
@_REP
@_FROM_STDIN
@_AS_JSON
def add_command(name: str, role: str, rep: str | None, *, password_stdin: bool, as_json: bool) -> None:
    """Adds the user NAME; asks for a password of 12 characters or more."""
    password = _password(password_stdin)
    with ledger_to_change() as connection:
        user = added_user(connection, operator(), User(name, cast(Role, role), rep), password)
    _tell(user, f"{user.name} can sign in now, as {user.role}.", as_json)


@users.command("list")
@_AS_JSON
def list_command(*, as_json: bool) -> None:
    """Lists the users, and who is signed in."""
    with ledger_to_change() as connection:
        listed = list_users(connection)
    if as_json:
        click.echo(json.dumps({"users": [_json(each) for each in listed]}))
    else:
        Console().print(_table(listed))


@users.command("role")
@click.argument("name")
@click.argument("role", type=click.Choice(ROLES))
@_REP
@_AS_JSON
def role_command(name: str, role: str, rep: str | None, *, as_json: bool) -> None:
    """Gives the user NAME another ROLE; who is signed in under the name is signed out."""
    with ledger_to_change() as connection:
        user = changed_role(connection, operator(), name, cast(Role, role), rep)
    _tell(user, f"{user.name} is {user.role} now, and signed out.", as_json)


@users.command("password")
@click.argument("name")
@_FROM_STDIN
@_AS_JSON
def password_command(name: str, *, password_stdin: bool, as_json: bool) -> None:
    """Gives the user NAME another password; who is signed in under the name is signed out."""
    password = _password(password_stdin)
    with ledger_to_change() as connection:
        changed_password(connection, operator(), name, password)
    told = f"{known_name(name)} has another password, and is signed out."
    click.echo(json.dumps({"name": known_name(name)}) if as_json else told)


@users.command("remove")
@click.argument("name")
@_AS_JSON
def remove_command(name: str, *, as_json: bool) -> None:
    """Removes the user NAME, who is signed out at once."""
    with ledger_to_change() as connection:
        removed_user(connection, operator(), name)
    click.echo(json.dumps({"name": known_name(name)}) if as_json else f"{known_name(name)} is removed.")


@contextmanager
def ledger_to_change() -> Iterator[Connection]:
    """One transaction on an up-to-date ledger; what stands against it is told in a sentence."""
    with told_in_a_sentence():
        url = read_database_url()
        upgrade(url)
        try:
            with transaction(connect_engine(url)) as connection:
                yield connection
        except (UserRefused, UnfitPassword) as refused:
            raise click.ClickException(str(refused)) from None


def operator() -> str:
    """Who is at this terminal, for the audit log."""
    try:
        return f"cli:{getpass.getuser()}"
    except (OSError, KeyError):
        return "cli"


def _password(from_stdin: bool) -> str:
    """Never an argument: those stand in the list of processes and in the shell's history."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise click.ClickException("There is no terminal to ask for the password on: give --password-stdin.")
    asked = f"Password ({SHORTEST} characters or more)"
    return str(click.prompt(asked, hide_input=True, confirmation_prompt="Once more", err=True))


def _tell(user: User, told: str, as_json: bool) -> None:
    click.echo(json.dumps({"name": user.name, "role": user.role, "rep": user.rep}) if as_json else told)


def _json(listed: ListedUser) -> dict[str, object]:
    user, seen_at = listed.user, listed.seen_at
    return {
        "name": user.name,
        "role": user.role,
        "rep": user.rep,
        "createdAt": listed.created_at.isoformat(),
        "sessions": listed.sessions,
        "seenAt": seen_at.isoformat() if seen_at else None,
    }


def _table(listed: list[ListedUser]) -> PlainTable:
    table = PlainTable("Users", box=SIMPLE, padding=0)
    for heading in ("Name", "Role", "Rep", "Added (UTC)", "Sessions"):
        table.add_column(heading)
    for each in listed:
        user = each.user
        table.add_row(user.name, user.role, user.rep or "", moment(each.created_at), str(each.sessions))
    return table
