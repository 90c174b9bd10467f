"""Who may use the console: users, each with a role; passwords are kept as hashes alone."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from ledger.tables import sessions, users

Role = Literal["viewer", "ops", "admin", "rep"]


@dataclass(frozen=True, slots=True)
class User:
    """A viewer sees everything, ops also acts, an admin also manages users; a rep sees the page of `rep` alone.

    `rep` is a workspace member's id, of users of that role only.
    """

    name: str
    role: Role
    rep: str | None = None


@dataclass(frozen=True, slots=True)
class ListedUser:
    """A user, and how many sessions are open; `seen_at` is the last request of one that is."""

    user: User
    created_at: datetime
    sessions: int
    seen_at: datetime | None


def add_user(connection: Connection, user: User, password_hash: str) -> bool:
    """False when the name is taken."""
    values = {"name": user.name, "role": user.role, "rep": user.rep, "password_hash": password_hash}
    statement = insert(users).values(**values).on_conflict_do_nothing().returning(users.c.name)
    return connection.execute(statement).first() is not None


def find_user(connection: Connection, name: str) -> User | None:
    """The user of that name."""
    row = connection.execute(select(users.c.name, users.c.role, users.c.rep).where(users.c.name == name)).first()
    return User(*row) if row else None


def password_hash_of(connection: Connection, name: str) -> str | None:
    """None when nobody has that name."""
    return connection.execute(select(users.c.password_hash).where(users.c.name == name)).scalar()


def list_users(connection: Connection) -> list[ListedUser]:
    """All, by name."""
    opened = func.count(sessions.c.token_hash), func.max(sessions.c.seen_at)
    columns = (users.c.name, users.c.role, users.c.rep, users.c.created_at, *opened)
    listed = select(*columns).outerjoin(sessions).group_by(users.c.name).order_by(users.c.name)
    return [ListedUser(User(*row[:3]), *row[3:]) for row in connection.execute(listed)]


def change_role(connection: Connection, user: User) -> None:
    """The user has this role, and this rep, from now on."""
    connection.execute(update(users).where(users.c.name == user.name).values(role=user.role, rep=user.rep))


def change_password(connection: Connection, name: str, password_hash: str) -> None:
    """The old password is worth nothing from now on."""
    connection.execute(update(users).where(users.c.name == name).values(password_hash=password_hash))


def replace_password(connection: Connection, name: str, seen: str | None, password_hash: str) -> bool:
    """The same where the password is still the one of the hash `seen`, and whether it was."""
    still = (users.c.name == name) & (users.c.password_hash == seen)
    return connection.execute(update(users).where(still).values(password_hash=password_hash)).rowcount == 1


def remove_user(connection: Connection, name: str) -> None:
    """The sessions go too."""
    connection.execute(delete(users).where(users.c.name == name))


def count_admins(connection: Connection) -> int:
    """Locked until the transaction ends, so that of two admins not both can go at once."""
    admins = select(users.c.name).where(users.c.role == "admin").with_for_update()
    return len(connection.execute(admins).all())


def has_users(connection: Connection) -> bool:
    """Whether anybody can sign in at all."""
    return connection.execute(select(users.c.name).limit(1)).first() is not None
