"""Who is signed in: sessions by the hash of their token, so that a copy of the ledger opens none."""

from datetime import timedelta
from hashlib import sha256

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from ledger.tables import sessions, users
from ledger.users import User

IDLE = timedelta(hours=12)  # the part's number
LONGEST = timedelta(days=7)  # default: however busy, a password is asked for once a week
TOUCHED_EVERY = timedelta(minutes=1)  # so that looking writes seldom


def open_session(connection: Connection, name: str, token: str) -> None:
    """The bearer of the token is this user; what has ended of anybody is removed."""
    connection.execute(delete(sessions).where(~_lives()))
    connection.execute(insert(sessions).values(user_name=name, token_hash=token_hash(token)))


def session_user(connection: Connection, token: str, *, active: bool) -> User | None:
    """Whose token it is, unless the session has ended; `active`: somebody is at work, it stays open."""
    ours = sessions.c.token_hash == token_hash(token)
    columns = (users.c.name, users.c.role, users.c.rep)
    row = connection.execute(select(*columns).join(sessions).where(ours, _lives())).first()
    if row and active:
        stale = sessions.c.seen_at < func.now() - TOUCHED_EVERY
        connection.execute(update(sessions).where(ours, stale).values(seen_at=func.now()))
    return User(*row) if row else None


def end_session(connection: Connection, token: str) -> None:
    """Signed out."""
    connection.execute(delete(sessions).where(sessions.c.token_hash == token_hash(token)))


def end_sessions_of(connection: Connection, name: str) -> int:
    """Signed out everywhere; how many sessions that were."""
    return connection.execute(delete(sessions).where(sessions.c.user_name == name)).rowcount


def end_other_sessions(connection: Connection, name: str, token: str) -> int:
    """Signed out everywhere but where this token is; how many sessions that were."""
    others = (sessions.c.user_name == name) & (sessions.c.token_hash != token_hash(token))
    return connection.execute(delete(sessions).where(others)).rowcount


def token_hash(token: str) -> bytes:
    """Tokens are random and long: they need no slow hash."""
    return sha256(token.encode("utf-8", "surrogateescape")).digest()


def _lives() -> ColumnElement[bool]:
    return (sessions.c.seen_at > func.now() - IDLE) & (sessions.c.created_at > func.now() - LONGEST)
