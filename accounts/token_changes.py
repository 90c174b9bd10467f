"""Giving out and revoking tokens of the read API, told in the audit log with who did it."""

import re
import secrets

from sqlalchemy import Connection

from accounts.errors import NothingToTell
from ledger.api_tokens import TokenRole, add_token, revoke_token
from ledger.audit import add

_NAME = re.compile(r"[\w.@+-]{1,80}")
PREFIX = "repsync_"  # so that scanners of secrets know one when they see it


class TokenRefused(Exception):
    """What was asked for can't be; the message says why."""


class UnknownToken(NothingToTell):
    """No token has this name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"there is no token {name!r}: see `repsync tokens list`")


def added_token(connection: Connection, actor: str, name: str, role: TokenRole) -> str:
    """The new token, told this once: its hash alone is kept. Raises TokenRefused."""
    if not _NAME.fullmatch(name):
        raise TokenRefused("A name has 1 to 80 letters, digits or any of . @ + - _")
    token = f"{PREFIX}{secrets.token_urlsafe(32)}"
    if not add_token(connection, name, token, role, actor):
        raise TokenRefused(f"There is a token {name!r} already: revoke it first, or take another name.")
    add(connection, actor=actor, action="token added", subject=f"token:{name}", after={"role": role})
    return token


def revoked_token(connection: Connection, actor: str, name: str) -> None:
    """It opens nothing from now on. Raises UnknownToken."""
    if not revoke_token(connection, name):
        raise UnknownToken(name)
    add(connection, actor=actor, action="token revoked", subject=f"token:{name}")
