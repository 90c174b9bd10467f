"""`repsync tokens`: who may ask the read API."""

import json
from typing import cast, get_args

import click
from rich.box import SIMPLE
from rich.console import Console

from accounts.token_changes import TokenRefused, added_token, revoked_token
from ledger.api_tokens import ApiToken, TokenRole, list_tokens
from runtime.commands.users import ledger_to_change, operator
from runtime.explain.words import moment
from runtime.plain_table import PlainTable

ROLES: tuple[TokenRole, ...] = get_args(TokenRole)
_AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


@click.group()
def tokens() -> None:
    """Tokens of the read API (/api), beside those of API_TOKENS: a viewer's reads, one of ops also syncs.

    \b
    Examples:
      repsync tokens add dashboard
      curl -H "Authorization: Bearer $TOKEN" http://127.0.0.1:8080/api/reps/ID
      repsync tokens revoke dashboard
    """


@tokens.command("add")
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), default="viewer", show_default=True, help="What it may do.")
@_AS_JSON
def add_command(name: str, role: str, *, as_json: bool) -> None:
    """Makes a token called NAME and prints it, this once."""
    with ledger_to_change() as connection:
        try:
            token = added_token(connection, operator(), name, cast(TokenRole, role))
        except TokenRefused as refused:
            raise click.ClickException(str(refused)) from None
    click.echo(json.dumps({"name": name, "role": role, "token": token}) if as_json else token)


@tokens.command("list")
@_AS_JSON
def list_command(*, as_json: bool) -> None:
    """Lists the tokens by name; none can be shown again."""
    with ledger_to_change() as connection:
        listed = list_tokens(connection)
    if as_json:
        click.echo(json.dumps({"tokens": [_json(token) for token in listed]}))
    else:
        Console().print(_table(listed))


@tokens.command("revoke")
@click.argument("name")
@_AS_JSON
def revoke_command(name: str, *, as_json: bool) -> None:
    """Revokes the token NAME at once."""
    with ledger_to_change() as connection:
        revoked_token(connection, operator(), name)
    click.echo(json.dumps({"name": name}) if as_json else f"{name} is revoked.")


def _json(token: ApiToken) -> dict[str, object]:
    return {
        "name": token.name,
        "role": token.role,
        "createdAt": token.created_at.isoformat(),
        "createdBy": token.created_by,
        "usedAt": token.used_at.isoformat() if token.used_at else None,
    }


def _table(listed: list[ApiToken]) -> PlainTable:
    table = PlainTable("Tokens", box=SIMPLE, padding=0)
    for heading in ("Name", "Role", "Added (UTC)", "By", "Last used (UTC)"):
        table.add_column(heading)
    for token in listed:
        table.add_row(token.name, token.role, moment(token.created_at), token.created_by, moment(token.used_at))
    return table
