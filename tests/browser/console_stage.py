"""Everything that the console shows, running: embedded stores, a sandbox Twenty, receiver, worker and clock."""

import os
import secrets
from base64 import b64encode
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from redis import Redis
from sqlalchemy import Engine, text

from accounts.user_changes import added_user
from ledger.engine import connect_engine, transaction
from ledger.migrate import upgrade
from ledger.users import Role, User
from runtime.local import HOST, free_port, start_clock, start_web, wait_until_ready
from sandbox.embedded.processes import ProcessGroup
from sandbox.embedded.servers import EmbeddedServers
from sandbox.twenty import SandboxTwenty
from worker.wake import DIGEST, SWEEP, Wake

ROOT = Path(__file__).parents[2]
JANE = "20202020-463f-435b-828c-107e007a2711"
JONY = "20202020-77d5-4cb6-b60a-f4a835a85d61"
NAMES = {JANE: ("Jane", "Austen"), JONY: ("Jony", "Ive")}
KEY, SECRET = "a-key-of-the-tests", "a-secret-of-the-tests"
REDHAWK_SECRET = "whsec_" + b64encode(b"of the tests only, 32 bytes long").decode()
OPERATIONS = ["note.*", "noteTarget.*", "opportunity.*", "person.*"]


@dataclass
class ConsoleStage:
    """`url` has no path. Twenty's webhooks come by themselves; the clock sweeps as ever."""

    url: str
    twenty: SandboxTwenty
    engine: Engine
    wake: Wake
    group: ProcessGroup
    environment: dict[str, str]
    logs: Path
    users: dict[str, str] = field(default_factory=dict)

    def user(self, role: Role, rep: str | None = None) -> tuple[str, str]:
        """(name, password) of a user of that role, made when first asked for."""
        name = role if rep is None else f"rep-{rep[-4:]}"
        if name not in self.users:
            self.users[name] = secrets.token_urlsafe(12)
            with transaction(self.engine) as connection:
                added_user(connection, "tests", User(name, role, rep), self.users[name])
        return name, self.users[name]

    def call(self, title: str, rep: str | None = JANE) -> str:
        """A rep saves a call note in Twenty (None: an API key does); the note's id."""
        session = self.twenty.as_member(rep) if rep else self.twenty.as_api_key()
        row = session.create("notes", {"title": title})
        assert row is not None
        return str(row["id"])

    def row(self, rep: str = JANE) -> dict[str, Any]:
        """The rep's row in Twenty; empty while there is none."""
        return next((row for row in self.twenty.rows("repProgressions") if row["workspaceMemberId"] == rep), {})

    def ledger(self, statement: str, **values: Any) -> list[dict[str, Any]]:
        """Does SQL to the ledger; rows where it returns some."""
        with transaction(self.engine) as connection:
            result = connection.execute(text(statement), values)
            return [dict(row) for row in result.mappings()] if result.returns_rows else []

    def digest(self) -> None:
        """Wakes a worker to digest."""
        self.wake(DIGEST)

    def sweep(self) -> None:
        """Wakes a worker to sweep."""
        self.wake(SWEEP)

    def end_worker(self) -> None:
        """The only worker ends."""
        self.group.end("worker")

    def start_worker(self) -> None:
        """It comes back."""
        self.group.start("worker", ["repsync", "worker"], self.environment)


@contextmanager
def console_stage(folder: Path) -> Iterator[ConsoleStage]:
    """Built, with Jane's and Jony's first sweep on its way; leaves no process behind."""
    with ExitStack() as left:
        servers = left.enter_context(EmbeddedServers(folder))
        upgrade(servers.database_url)
        twenty = SandboxTwenty(KEY, tokens=100)
        for rep, (first, last) in NAMES.items():
            twenty.put("workspaceMembers", {"id": rep, "name": {"firstName": first, "lastName": last}})
        twenty.start()
        left.callback(twenty.stop)
        environment = _environment(servers, twenty)
        group = left.enter_context(ProcessGroup(folder))
        url = start_web(group, environment, HOST, free_port())
        engine = connect_engine(servers.database_url)
        stage = ConsoleStage(
            url, twenty, engine, Wake(Redis.from_url(servers.redis_url)), group, environment, folder / "logs"
        )
        stage.start_worker()
        start_clock(group, environment)
        wait_until_ready(url, stage.logs)
        twenty.register_webhook(f"{url}/webhooks/twenty", OPERATIONS, SECRET)
        yield stage


def _environment(servers: EmbeddedServers, twenty: SandboxTwenty) -> dict[str, str]:
    """The processes run this checkout, wherever repsync is installed from."""
    return {
        "PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH")))),
        "DATABASE_URL": servers.database_url,
        "REDIS_URL": servers.redis_url,
        "TWENTY_URL": twenty.url,
        "TWENTY_API_KEY": KEY,
        "TWENTY_WEBHOOK_SECRET": SECRET,
        "REDHAWK_WEBHOOK_SECRET": REDHAWK_SECRET,
        "SWEEP_INTERVAL_S": "5",
    }
