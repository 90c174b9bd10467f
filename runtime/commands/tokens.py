"""`repsync tokens`: who may ask the read API."""

from typing import cast, get_args

import click

from accounts.token_changes import added_token, revoked_token
from ledger.api_tokens import ApiToken, TokenRole, list_tokens
from runtime.commands.options import AS_JSON, examples
from runtime.commands.users import ledger_to_change, operator
from runtime.explain.words import moment
from runtime.output import answer, print_answer, print_json
from runtime.plain_table import PlainTable, table_of
from runtime.startup import reading_ledger

ROLES: tuple[TokenRole, ...] = get_args(TokenRole)
NONE = "No token yet: `repsync tokens add NAME` makes one. Those of API_TOKENS are not listed."


@click.group()
def tokens() -> None:
    """Adds, lists and revokes tokens of the read API.

    They are good for /api, beside those of API_TOKENS: a viewer's reads, one of ops also syncs.
    """


@tokens.command("add", epilog=examples("repsync tokens add dashboard", "repsync tokens add nightly --role ops --json"))
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), default="viewer", show_default=True, help="What it may do.")
@AS_JSON
def add_command(name: str, role: str, *, as_json: bool) -> None:
    """Makes a token called NAME and prints it, this once."""
    with ledger_to_change() as connection:
        token = added_token(connection, operator(), name, cast(TokenRole, role))
    print_answer({"name": name, "role": role, "token": token}, token, as_json=as_json)


@tokens.command("list", epilog=examples("repsync tokens list", "repsync tokens list --json"))
@AS_JSON
def list_command(*, as_json: bool) -> None:
    """Lists the tokens by name; none can be shown again."""
    with reading_ledger() as ledger:
        listed = list_tokens(ledger)
    if as_json:
        print_json({"tokens": [_json(token) for token in listed]})
    else:
        answer().print(_table(listed) if listed else NONE)


@tokens.command("revoke", epilog=examples("repsync tokens revoke dashboard"))
@click.argument("name")
@AS_JSON
def revoke_command(name: str, *, as_json: bool) -> None:
    """Revokes the token NAME at once."""
    with ledger_to_change() as connection:
        revoked_token(connection, operator(), name)
    print_answer({"name": name}, f"{name} is revoked.", as_json=as_json)


def _json(token: ApiToken) -> dict[str, object]:
    return {
        "name": token.name,
        "role": token.role,
        "createdAt": token.created_at.isoformat(),
        "createdBy": token.created_by,
        "usedAt": token.used_at.isoformat() if token.used_at else None,
    }


def _table(listed: list[ApiToken]) -> PlainTable:
    table = table_of("Tokens", "Name", "Role", "Added (UTC)", "By", "Last used (UTC)")
    for token in listed:
        table.add_row(token.name, token.role, moment(token.created_at), token.created_by, moment(token.used_at))
    return table
