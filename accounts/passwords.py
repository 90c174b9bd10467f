"""Passwords: how long they must be, and their hashes."""

from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

SHORTEST = 12  # NIST SP 800-63B asks for 8 at least and no rules of composition; 15 where nothing else is asked for
LONGEST = 256  # so that hashing takes no longer than this
# OWASP's smallest: 19 MiB, two passes, one lane; two at a time, so that webhooks keep their processors.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_AT_ONCE = BoundedSemaphore(2)
# Of no password that can be given: whoever names nobody waits as long as whoever gives a wrong password.
_NOBODY = _HASHER.hash("\n")


class UnfitPassword(Exception):
    """Too short or too long; the message says what is asked for."""


def require_fit(password: str) -> None:
    """Raises UnfitPassword."""
    if len(password) < SHORTEST:
        raise UnfitPassword(
            f"A password has {SHORTEST} characters at least; a few words in a row are easy to remember."
        )
    if len(password) > LONGEST:
        raise UnfitPassword(f"A password has {LONGEST} characters at most.")


def hash_password(password: str) -> str:
    """An argon2id hash with its salt and parameters. Raises UnfitPassword."""
    require_fit(password)
    with _AT_ONCE:
        return _HASHER.hash(password.encode("utf-8", "surrogateescape"))


def is_password(password: str, password_hash: str | None) -> bool:
    """Whether it is the hash's; for None it is not, after the same work."""
    kept = password_hash or _NOBODY
    with _AT_ONCE:
        try:
            same = _HASHER.verify(kept, password[:LONGEST].encode("utf-8", "surrogateescape"))
        except (Argon2Error, InvalidHashError):
            return False
    return same and kept is not _NOBODY and len(password) <= LONGEST
