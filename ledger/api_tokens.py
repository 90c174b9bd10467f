"""Tokens of the read API by name, kept as hashes; each has a role."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, cast

from sqlalchemy import Connection, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from ledger.sessions import token_hash
from ledger.tables import api_tokens

TokenRole = Literal["viewer", "ops"]
TOUCHED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A viewer's token reads, one of ops also syncs. `used_at` is exact to a minute; None: never."""

    name: str
    role: TokenRole
    created_at: datetime
    created_by: str
    used_at: datetime | None


def add_token(connection: Connection, name: str, token: str, role: TokenRole, created_by: str) -> bool:
    """False when the name is taken."""
    values = {"name": name, "token_hash": token_hash(token), "role": role, "created_by": created_by}
    statement = insert(api_tokens).values(**values).on_conflict_do_nothing().returning(api_tokens.c.name)
    return connection.execute(statement).first() is not None


def list_tokens(connection: Connection) -> list[ApiToken]:
    """All, by name."""
    c = api_tokens.c
    listed = select(c.name, c.role, c.created_at, c.created_by, c.used_at).order_by(c.name)
    return [ApiToken(*row) for row in connection.execute(listed)]


def revoke_token(connection: Connection, name: str) -> bool:
    """False when there is none of this name."""
    return connection.execute(delete(api_tokens).where(api_tokens.c.name == name)).rowcount > 0


def token_role(connection: Connection, token: str) -> TokenRole | None:
    """What its bearer may do; None for a token that is not kept."""
    ours = api_tokens.c.token_hash == token_hash(token)
    role = connection.execute(select(api_tokens.c.role).where(ours)).scalar()
    if role is not None:
        stale = func.coalesce(api_tokens.c.used_at < func.now() - TOUCHED_EVERY, True)
        connection.execute(update(api_tokens).where(ours, stale).values(used_at=func.now()))
    return cast(TokenRole | None, role)


def has_tokens(connection: Connection) -> bool:
    """Whether any is kept."""
    return connection.execute(select(api_tokens.c.name).limit(1)).first() is not None
