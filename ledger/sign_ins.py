"""Tries to sign in, counted across processes by name and by address."""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, ScalarSelect, delete, func, insert, select, text

from ledger.tables import sign_ins

WINDOW = timedelta(minutes=15)  # default


class Tries(NamedTuple):
    """In the last quarter of an hour, the newest included; `wait_s` until one more is not too many."""

    of_name: int
    of_address: int
    wait_s: int


def note_try(connection: Connection, name: str, address: str, most_of_name: int, most_of_address: int) -> Tries:
    """One more; the names are kept as hashes, as people also type passwords there."""
    # One after the other: of tries at the same moment each sees those before it.
    connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('repsync:sign-ins', 1))"))
    connection.execute(delete(sign_ins).where(sign_ins.c.at < func.now() - WINDOW))
    connection.execute(insert(sign_ins).values(name_hash=_hash(name), address=address))
    same_name, same_address = sign_ins.c.name_hash == _hash(name), sign_ins.c.address == address
    counts = select(func.count().filter(same_name), func.count().filter(same_address))
    freed_at = func.greatest(_falls_out(same_name, most_of_name), _falls_out(same_address, most_of_address))
    wait = func.ceil(func.extract("epoch", freed_at - func.now()))
    of_name, of_address, wait_s = connection.execute(counts.add_columns(wait)).one()
    return Tries(of_name, of_address, max(int(wait_s or 0), 1))


def forget_tries(connection: Connection, name: str) -> None:
    """The right password was given: what was mistyped before does not count."""
    connection.execute(delete(sign_ins).where(sign_ins.c.name_hash == _hash(name)))


def _falls_out(same: ColumnElement[bool], most: int) -> ScalarSelect[datetime]:
    """When fewer than `most` are left in the window; NULL where they are."""
    newest = select(sign_ins.c.at + WINDOW).where(same).order_by(sign_ins.c.at.desc())
    return newest.offset(most - 1).limit(1).correlate(None).scalar_subquery()


def _hash(name: str) -> bytes:
    return sha256(name.encode("utf-8", "surrogateescape")).digest()
