"""Adding, changing and removing users of the console: checked, and told in the audit log with who did it."""

import re
import unicodedata

from sqlalchemy import Connection

from accounts.errors import NothingToTell
from accounts.passwords import hash_password
from ledger.audit import add
from ledger.sessions import end_sessions_of
from ledger.users import (
    Role,
    User,
    add_user,
    change_password,
    change_role,
    count_admins,
    find_user,
    remove_user,
)
from schemas.payloads import storable

_NAME = re.compile(r"[\w.@+-]{1,80}")


class UserRefused(Exception):
    """What was asked for can't be; the message says why."""


def known_name(name: str) -> str:
    """As names are kept: in small letters, so that Jane and jane are one."""
    return unicodedata.normalize("NFKC", storable(name)).strip().casefold()[:200]


def added_user(connection: Connection, actor: str, user: User, password: str) -> User:
    """A new user. Raises UserRefused, UnfitPassword."""
    checked = User(_checked_name(user.name), user.role, _checked_rep(user.role, user.rep))
    if not add_user(connection, checked, hash_password(password)):
        raise UserRefused(f"There is a user {checked.name!r} already.")
    _note(connection, actor, "user added", checked.name, after=_told(checked))
    return checked


def changed_role(connection: Connection, actor: str, name: str, role: Role, rep: str | None) -> User:
    """Another role; open sessions end. Raises UserRefused, UnknownUser."""
    before = _found(connection, name)
    after = User(before.name, role, _checked_rep(role, rep))
    _require_another_admin(connection, before, stays=role == "admin")
    change_role(connection, after)
    end_sessions_of(connection, after.name)
    _note(connection, actor, "role changed", after.name, before=_told(before), after=_told(after))
    return after


def changed_password(connection: Connection, actor: str, name: str, password: str) -> None:
    """Another password; open sessions end. Raises UnfitPassword, UnknownUser."""
    user = _found(connection, name)
    change_password(connection, user.name, hash_password(password))
    end_sessions_of(connection, user.name)
    _note(connection, actor, "password changed", user.name)


def removed_user(connection: Connection, actor: str, name: str) -> None:
    """Gone, with all sessions. Raises UserRefused for the last admin, UnknownUser."""
    user = _found(connection, name)
    _require_another_admin(connection, user, stays=False)
    remove_user(connection, user.name)
    _note(connection, actor, "user removed", user.name, before=_told(user))


def ended_sessions(connection: Connection, actor: str, name: str) -> int:
    """Signed out everywhere; how many sessions that were. Raises UnknownUser."""
    user = _found(connection, name)
    ended = end_sessions_of(connection, user.name)
    _note(connection, actor, "sessions ended", user.name, after={"sessions": ended})
    return ended


class UnknownUser(NothingToTell):
    """Nobody has this name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"there is no user {name!r}: see `repsync users list`")


def _found(connection: Connection, name: str) -> User:
    if user := find_user(connection, known_name(name)):
        return user
    raise UnknownUser(known_name(name))


def _checked_name(name: str) -> str:
    if not _NAME.fullmatch(known_name(name)):
        raise UserRefused("A name has 1 to 80 letters, digits or any of . @ + - _")
    return known_name(name)


def _checked_rep(role: Role, rep: str | None) -> str | None:
    rep = storable(rep or "").strip() or None
    if role == "rep" and rep is None:
        raise UserRefused("A user of the role rep needs the id of the rep's workspace member.")
    if role != "rep" and rep is not None:
        raise UserRefused("Only a user of the role rep is bound to a rep.")
    return rep


def _require_another_admin(connection: Connection, user: User, *, stays: bool) -> None:
    if user.role == "admin" and not stays and count_admins(connection) == 1:
        raise UserRefused("This is the last admin: make another one first.")


def _told(user: User) -> dict[str, str]:
    return {"role": user.role, **({"rep": user.rep} if user.rep else {})}


def _note(connection: Connection, actor: str, action: str, name: str, **told: dict[str, str] | dict[str, int]) -> None:
    add(connection, actor=actor, action=action, subject=f"user:{name}", **told)  # type: ignore[arg-type]
