"""Tries to sign in, counted across processes by name and by address."""

from datetime import timedelta
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import Connection, delete, func, insert, select, text

from ledger.tables import sign_ins

WINDOW = timedelta(minutes=15)  # default


class Tries(NamedTuple):
    """In the last quarter of an hour, the newest included; `wait_s` until the oldest of them falls out."""

    of_name: int
    of_address: int
    wait_s: int


def note_try(connection: Connection, name: str, address: str) -> Tries:
    """One more; the names are kept as hashes, as people also type passwords there."""
    # One after the other: of tries at the same moment each sees those before it.
    connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('repsync:sign-ins', 1))"))
    connection.execute(delete(sign_ins).where(sign_ins.c.at < func.now() - WINDOW))
    connection.execute(insert(sign_ins).values(name_hash=_hash(name), address=address))
    same_name, same_address = sign_ins.c.name_hash == _hash(name), sign_ins.c.address == address
    oldest_s = func.extract("epoch", func.min(sign_ins.c.at) + WINDOW - func.now())
    counts = select(func.count().filter(same_name), func.count().filter(same_address), func.ceil(oldest_s))
    of_name, of_address, wait_s = connection.execute(counts.where(same_name | same_address)).one()
    return Tries(of_name, of_address, max(int(wait_s), 1))


def forget_tries(connection: Connection, name: str) -> None:
    """The right password was given: what was mistyped before does not count."""
    connection.execute(delete(sign_ins).where(sign_ins.c.name_hash == _hash(name)))


def _hash(name: str) -> bytes:
    return sha256(name.encode("utf-8", "surrogateescape")).digest()
