"""`repsync users`: who may sign in to the console."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast, get_args

import click
from sqlalchemy import Connection

from accounts.passwords import SHORTEST
from accounts.user_changes import added_user, changed_password, changed_role, known_name, removed_user
from ledger.engine import connect_engine, transaction
from ledger.migrate import upgrade
from ledger.users import ListedUser, Role, User, list_users
from runtime.asking import at_a_terminal, system_user
from runtime.commands.options import AS_JSON, examples
from runtime.explain.words import moment
from runtime.output import answer, print_answer, print_json
from runtime.plain_table import PlainTable, table_of
from runtime.settings import read_database_url
from runtime.startup import reading_ledger
from runtime.told_failures import Failed

ROLES: tuple[Role, ...] = get_args(Role)
NOBODY = "Nobody can sign in yet: `repsync users add NAME --role admin` adds the first user."
_ROLE = click.option("--role", type=click.Choice(ROLES), required=True, help="What the user may do.")
_REP = click.option("--rep", metavar="ID", help="Of the role rep: the workspace member whose page it sees.")
_FROM_STDIN = click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")


@click.group()
def users() -> None:
    """Adds, lists, changes and removes users of the console.

    Viewers look, ops also act, admins also manage users, a rep sees its own page.
    """


@users.command(
    "add",
    epilog=examples(
        "repsync users add ada --role admin",
        "repsync users add jane --role rep --rep 20202020-463f-435b-828c-107e007a2711",
    ),
)
@click.argument("name")
@_ROLE
@_REP
@_FROM_STDIN
@AS_JSON
def add_command(name: str, role: str, rep: str | None, *, password_stdin: bool, as_json: bool) -> None:
    """Adds the user NAME; asks for a password of 12 characters or more."""
    password = _password(password_stdin)
    with ledger_to_change() as connection:
        user = added_user(connection, operator(), User(name, cast(Role, role), rep), password)
    print_answer(_user_json(user), f"{user.name} can sign in now, as {user.role}.", as_json=as_json)


@users.command("list", epilog=examples("repsync users list", "repsync users list --json"))
@AS_JSON
def list_command(*, as_json: bool) -> None:
    """Lists the users, and who is signed in."""
    with reading_ledger() as ledger:
        listed = list_users(ledger)
    if as_json:
        print_json({"users": [_json(each) for each in listed]})
    else:
        answer().print(_table(listed) if listed else NOBODY)


@users.command("role", epilog=examples("repsync users role ada ops"))
@click.argument("name")
@click.argument("role", type=click.Choice(ROLES))
@_REP
@AS_JSON
def role_command(name: str, role: str, rep: str | None, *, as_json: bool) -> None:
    """Gives the user NAME another ROLE; who is signed in under the name is signed out."""
    with ledger_to_change() as connection:
        user = changed_role(connection, operator(), name, cast(Role, role), rep)
    print_answer(_user_json(user), f"{user.name} is {user.role} now, and signed out.", as_json=as_json)


@users.command(
    "password",
    epilog=examples(
        "repsync users password ada", "pass show repsync/ada | repsync users password ada --password-stdin"
    ),
)
@click.argument("name")
@_FROM_STDIN
@AS_JSON
def password_command(name: str, *, password_stdin: bool, as_json: bool) -> None:
    """Gives the user NAME another password; who is signed in under the name is signed out."""
    password = _password(password_stdin)
    with ledger_to_change() as connection:
        changed_password(connection, operator(), name, password)
    print_answer(
        {"name": known_name(name)}, f"{known_name(name)} has another password, and is signed out.", as_json=as_json
    )


@users.command("remove", epilog=examples("repsync users remove ada"))
@click.argument("name")
@AS_JSON
def remove_command(name: str, *, as_json: bool) -> None:
    """Removes the user NAME, who is signed out at once."""
    with ledger_to_change() as connection:
        removed_user(connection, operator(), name)
    print_answer({"name": known_name(name)}, f"{known_name(name)} is removed.", as_json=as_json)


@contextmanager
def ledger_to_change() -> Iterator[Connection]:
    """One transaction on an up-to-date ledger."""
    url = read_database_url()
    upgrade(url)
    with transaction(connect_engine(url)) as connection:
        yield connection


def operator() -> str:
    """Who is at this terminal, for the audit log."""
    return f"cli:{system_user()}"


def _password(from_stdin: bool) -> str:
    """Never an argument: those stand in the list of processes and in the shell's history."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not at_a_terminal():
        raise Failed("There is no terminal to ask for the password on: give --password-stdin.")
    asked = f"Password ({SHORTEST} characters or more)"
    return str(click.prompt(asked, hide_input=True, confirmation_prompt="Once more", err=True))


def _user_json(user: User) -> dict[str, object]:
    return {"name": user.name, "role": user.role, "rep": user.rep}


def _json(listed: ListedUser) -> dict[str, object]:
    seen_at = listed.seen_at
    return {
        **_user_json(listed.user),
        "createdAt": listed.created_at.isoformat(),
        "sessions": listed.sessions,
        "seenAt": seen_at.isoformat() if seen_at else None,
    }


def _table(listed: list[ListedUser]) -> PlainTable:
    table = table_of("Users", "Name", "Role", "Rep", "Added (UTC)", ">Sessions")
    for each in listed:
        user = each.user
        table.add_row(user.name, user.role, user.rep or "", moment(each.created_at), str(each.sessions))
    return table
