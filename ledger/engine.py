"""Connections to PostgreSQL."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar
from weakref import WeakSet

from psycopg import Connection as PsycopgConnection
from psycopg.types.array import ListBinaryDumper
from sqlalchemy import Connection, Engine, create_engine, event, func, select, text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.pool import NullPool

from ledger.errors import LedgerOutdated, LedgerUnavailable

CONNECT_TIMEOUT_S = 4
# default: a machine that vanished without a word is given up within a minute by who spoke with it, also while an answer
# is on its way to it. What it had locked is free then.
_IDLE_S, _INTERVAL_S, _PROBES = 20, 10, 3
_SILENCE_MS = (_IDLE_S + _INTERVAL_S * _PROBES) * 1_000
_KEEPALIVES = {
    "keepalives_idle": _IDLE_S,
    "keepalives_interval": _INTERVAL_S,
    "keepalives_count": _PROBES,
    "tcp_user_timeout": _SILENCE_MS,
}
_SERVERS_KEEPALIVES = (
    f"SET tcp_keepalives_idle = {_IDLE_S}; SET tcp_keepalives_interval = {_INTERVAL_S};"
    f" SET tcp_keepalives_count = {_PROBES}; SET tcp_user_timeout = {_SILENCE_MS}"
)
# What libpq and the server say when no connection comes about; their whole sentences name users and addresses.
_WHY = (
    ("Connection refused", "nothing listens at its address"),
    ("No such file or directory", "its socket is not there"),
    ("resolve host", "its host is not known"),
    ("timeout", "it does not answer"),
    ("password", "it refuses the password"),
    ('role "', "it has no such user"),
    ('database "', "it has no such database"),
    ("too many clients", "it has no connection left"),
    ("starting up", "it is starting"),
    ("connection option", "its URL has an option that is not known"),
)
_MISSING = frozenset({"42P01", "42703"})  # a table, a column
_engines: WeakSet[Engine] = WeakSet()
_T = TypeVar("_T")


def connect_engine(database_url: str, *, pooled: bool = False) -> Engine:
    """An engine for `postgresql://…`.

    Pooled for what makes many small transactions: the receiver, the clock, a job of many reps. A forked process
    starts with an empty pool, as no two may share a connection. Unpooled for commands, which make few.
    """
    if not pooled:
        return _engine(database_url, poolclass=NullPool)
    return _pooled(database_url, pool_pre_ping=True)


def connect_committing(database_url: str) -> Engine:
    """A pooled engine for `committed` alone: it neither begins nor ends transactions, and sends arrays in binary."""
    quiet = {"pool_reset_on_return": None, "skip_autocommit_rollback": True}
    engine = _pooled(database_url, isolation_level="AUTOCOMMIT", **quiet)
    event.listen(engine, "connect", _send_arrays_in_binary)
    return engine


def _pooled(database_url: str, **options: Any) -> Engine:
    engine = _engine(database_url, pool_timeout=CONNECT_TIMEOUT_S, **options)
    _engines.add(engine)
    return engine


def _engine(database_url: str, **options: Any) -> Engine:
    arguments = {"connect_timeout": CONNECT_TIMEOUT_S, "application_name": "repsync", **_KEEPALIVES}
    # Heroku and others still write the name that SQLAlchemy has dropped.
    url = database_url.replace("postgres://", "postgresql://", 1)
    engine = create_engine(url, connect_args=arguments, hide_parameters=True, **options)
    event.listen(engine, "connect", _have_the_server_look)
    return engine


def _send_arrays_in_binary(connection: Any, _: object) -> None:
    """As text, a byte of a delivery takes three, each of which is quoted."""
    connection.adapters.register_dumper(list, ListBinaryDumper)


def _have_the_server_look(connection: PsycopgConnection[Any], _: object) -> None:
    """Whether this machine is still there. Not among the options of connecting: a pooler would refuse them."""
    was_committing, connection.autocommit = connection.autocommit, True
    connection.execute(_SERVERS_KEEPALIVES)
    connection.autocommit = was_committing


def _forget_connections() -> None:
    """They are the parent's, which goes on with them."""
    for engine in list(_engines):
        engine.dispose(close=False)


os.register_at_fork(after_in_child=_forget_connections)


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """One transaction; a server that is away raises `LedgerUnavailable` and nothing is committed."""
    with _told_when_away(), engine.begin() as connection:
        yield connection


@contextmanager
def connected(engine: Engine) -> Iterator[Connection]:
    """A connection for several transactions, one after the other (`begun`). Errors: `LedgerUnavailable`."""
    with _told_when_away(), engine.connect() as connection:
        yield connection


@contextmanager
def begun(connection: Connection) -> Iterator[Connection]:
    """One transaction of a connection that is in none. Errors: `LedgerUnavailable`."""
    with _told_when_away(), connection.begin():
        yield connection


@contextmanager
def autocommit(engine: Engine) -> Iterator[Connection]:
    """A connection of its own without a transaction. Errors: `LedgerUnavailable`."""
    with _told_when_away(), engine.connect() as connection:
        yield connection.execution_options(isolation_level="AUTOCOMMIT")


def committed(engine: Engine, statement: Callable[[Connection], _T]) -> _T:
    """What one statement gives that commits by itself, and of which a repeat does no harm.

    It is given again on a new connection where the kept one turns out dead; asking beforehand, each time, would cost a
    round trip. Errors: `LedgerUnavailable`.
    """
    with _told_when_away():
        try:
            return _executed(engine, statement)
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
        return _executed(engine, statement)


def _executed(engine: Engine, statement: Callable[[Connection], _T]) -> _T:
    with engine.connect() as connection:
        return statement(connection)


@contextmanager
def _told_when_away() -> Iterator[None]:
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        raise LedgerUnavailable(_cause(error), getattr(error.orig, "sqlstate", None)) from None
    except PoolExhausted:
        raise LedgerUnavailable("all connections of this process are taken") from None
    except ProgrammingError as error:
        if error.statement is None:  # libpq does not understand the URL
            raise LedgerUnavailable(_cause(error)) from None
        raise


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """One read-only transaction whose statements all see the same state.

    Errors: `LedgerUnavailable`; `LedgerOutdated` when a table or column is missing.
    """
    try:
        with transaction(engine) as connection:
            connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
            yield connection
    except ProgrammingError as error:
        if getattr(error.orig, "sqlstate", None) not in _MISSING:
            raise
        raise LedgerOutdated from None


def ledger_time(connection: Connection) -> datetime:
    """Now by the ledger's clock, as its own times are, which may differ from this machine's."""
    now: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
    return now


@contextmanager
def rolled_back(engine: Engine) -> Iterator[Connection]:
    """One transaction that is never committed: what would be, if it were done."""
    with transaction(engine) as connection, undone(connection):
        yield connection


@contextmanager
def undone(connection: Connection) -> Iterator[None]:
    """A part of a transaction that is taken back."""
    with connection.begin_nested() as done:
        yield
        done.rollback()


def _cause(error: DBAPIError) -> str:
    """Why there is no connection; else the driver's error class alone: its message may quote a row."""
    told = str(error.orig) if error.statement is None else ""
    return next((why for sign, why in _WHY if sign in told), type(error.orig).__name__)
