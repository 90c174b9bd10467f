"""Signing in and out of the console, and changing one's own password."""

import secrets

from sqlalchemy import Engine

from accounts.passwords import hash_password, is_password, require_fit
from accounts.user_changes import known_name
from ledger.audit import add
from ledger.engine import transaction
from ledger.sessions import end_other_sessions, end_session, open_session
from ledger.sign_ins import Tries, forget_tries, note_try
from ledger.users import find_user, password_hash_of, replace_password

MOST_OF_NAME = 10  # default, in a quarter of an hour
MOST_OF_ADDRESS = 50  # default: an office has one address
UNKNOWN = "unknown"  # the name is not kept: it may be a password in the wrong field


class WrongPassword(Exception):
    """No such name, or another password: nobody is told which."""


class TooManyTries(Exception):
    """Of this name or from this address; `wait_s` until the next one is looked at."""

    def __init__(self, wait_s: int) -> None:
        super().__init__(f"too many tries, the next one in {wait_s} s")
        self.wait_s = wait_s


def sign_in(engine: Engine, name: str, password: str, address: str) -> str:
    """The token of a new session. Raises WrongPassword, TooManyTries, LedgerUnavailable. All is in the audit log."""
    named = known_name(name)
    _require_password(engine, named, password, address, "sign-in failed")
    return _opened(engine, named, address)


def sign_out(engine: Engine, name: str, token: str) -> None:
    """The session ends."""
    with transaction(engine) as connection:
        end_session(connection, token)
        add(connection, actor=name, action="sign-out", subject=f"user:{name}")


def change_own_password(engine: Engine, name: str, token: str, current: str, new: str, address: str) -> None:
    """Another password for who knows the current one; all sessions but the token's end. All is in the audit log.

    Raises WrongPassword, TooManyTries, UnfitPassword, LedgerUnavailable.
    """
    require_fit(new)  # before a try is counted: whoever gives an unfit one guesses nothing
    seen = _require_password(engine, name, current, address, "password change failed")
    password_hash = hash_password(new)
    with transaction(engine) as connection:
        if not replace_password(connection, name, seen, password_hash):
            raise WrongPassword
        ended = end_other_sessions(connection, name, token)
        forget_tries(connection, name)
        told = {"address": address, "sessions ended": ended}
        add(connection, actor=name, action="password changed", subject=f"user:{name}", after=told)


def _require_password(engine: Engine, name: str, password: str, address: str, otherwise: str) -> str | None:
    """The hash that it is of. Each try counts, and is `otherwise` in the audit log when it was the wrong one."""
    _require_few(engine, name, address)
    with transaction(engine) as connection:
        kept = password_hash_of(connection, name)
    if not is_password(password, kept):
        _note(engine, name if kept else UNKNOWN, otherwise, address)
        raise WrongPassword
    return kept


def _require_few(engine: Engine, name: str, address: str) -> None:
    with transaction(engine) as connection:
        tries = note_try(connection, name, address, MOST_OF_NAME, MOST_OF_ADDRESS)
    if not _too_many(tries):
        return
    # The first that is turned away is told, not thousands after it.
    if tries.of_name == MOST_OF_NAME + 1 or tries.of_address == MOST_OF_ADDRESS + 1:
        with transaction(engine) as connection:
            actor = name if find_user(connection, name) else UNKNOWN
            add(connection, actor=actor, action="sign-in refused", subject=f"user:{actor}", after={"address": address})
    raise TooManyTries(tries.wait_s)


def _too_many(tries: Tries) -> bool:
    return tries.of_name > MOST_OF_NAME or tries.of_address > MOST_OF_ADDRESS


def _note(engine: Engine, actor: str, action: str, address: str) -> None:
    with transaction(engine) as connection:
        add(connection, actor=actor, action=action, subject=f"user:{actor}", after={"address": address})


def _opened(engine: Engine, name: str, address: str) -> str:
    token = secrets.token_urlsafe(32)
    with transaction(engine) as connection:
        open_session(connection, name, token)
        forget_tries(connection, name)
        add(connection, actor=name, action="sign-in", subject=f"user:{name}", after={"address": address})
    return token
