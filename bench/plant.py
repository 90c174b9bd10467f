"""The plant: embedded stores, a sandbox Twenty that tells of its notes, and repsync's own processes, by real time."""

import secrets
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from redis import Redis
from sqlalchemy import Engine

from ledger.engine import connect_engine
from ledger.migrate import upgrade
from runtime.bootstrap import worker_parts
from runtime.local import HOST, free_port, wait_until_ready, web_command
from runtime.settings import Settings
from sandbox.embedded.processes import ProcessGroup
from sandbox.embedded.servers import EmbeddedServers
from sandbox.twenty import SandboxTwenty
from worker.parts import Parts
from worker.wake import Wake

REPSYNC = (sys.executable, "-m", "runtime.cli")
OPERATIONS = ("note.*", "opportunity.*", "workspaceMember.*")
# Of Twenty's bucket of 100 and ours of 80 nothing is felt.
AMPLE_SHARE = 60_000
DEFAULT_SHARE, DEFAULT_TOKENS = 80, 100


class NotDone(Exception):
    """What a measurement waits for did not come about in time; the message says what."""


@dataclass(frozen=True, slots=True)
class Plant:
    """`parts` are a worker's, for what is measured in this process; nothing of `group` runs before it is started."""

    twenty: SandboxTwenty
    servers: EmbeddedServers
    engine: Engine
    parts: Parts
    wake: Wake
    group: ProcessGroup
    logs: Path
    environment: dict[str, str]

    def start(self, *commands: str, number: int = 1) -> list[str]:
        """Starts `repsync <command>` so many times each; returns the names under which they run."""
        names = [f"{command}-{n}" for command in commands for n in range(number)]
        for name in names:
            self.group.start(name, [*REPSYNC, name.split("-")[0]], self.environment)
        return names

    def open_receiver(self) -> None:
        """Starts the receiver as the Procfile does; Twenty tells it of changes from now on."""
        port = free_port()
        self.group.start("web", web_command(HOST, port), self.environment)
        wait_until_ready(f"http://{HOST}:{port}", self.logs)
        secret = self.environment["TWENTY_WEBHOOK_SECRET"]
        self.twenty.register_webhook(f"http://{HOST}:{port}/webhooks/twenty", OPERATIONS, secret)


@contextmanager
def plant(*, ample: bool) -> Iterator[Plant]:
    """With `ample` neither Twenty nor repsync's share bounds the calls; else both do as by default."""
    with ExitStack() as left:
        folder = Path(tempfile.mkdtemp(prefix="repsync-bench-"))
        left.callback(shutil.rmtree, folder, ignore_errors=True)
        servers = left.enter_context(EmbeddedServers(folder))
        upgrade(servers.database_url)
        key, secret = secrets.token_urlsafe(), secrets.token_urlsafe()
        twenty = SandboxTwenty(key, tokens=None if ample else DEFAULT_TOKENS)
        left.callback(twenty.stop)
        settings = Settings(
            database_url=servers.database_url,
            redis_url=servers.redis_url,
            twenty_url=twenty.start(),
            twenty_api_key=key,
            twenty_webhook_secrets=(secret,),
            twenty_calls_per_minute=AMPLE_SHARE if ample else DEFAULT_SHARE,
        )
        group = left.enter_context(ProcessGroup(folder))
        yield Plant(
            twenty,
            servers,
            connect_engine(servers.database_url),
            worker_parts(settings),
            Wake(Redis.from_url(servers.redis_url)),
            group,
            folder / "logs",
            _environment(settings),
        )


def _environment(settings: Settings) -> dict[str, str]:
    return {
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "TWENTY_URL": settings.twenty_url,
        "TWENTY_API_KEY": settings.twenty_api_key,
        "TWENTY_WEBHOOK_SECRET": settings.twenty_webhook_secrets[0],
        "TWENTY_CALLS_PER_MINUTE": str(settings.twenty_calls_per_minute),
    }


def wait_for(done: Callable[[], bool], patience_s: float, what: str, every_s: float = 0.1) -> None:
    """Returns when it is done. Errors: `NotDone` after `patience_s`."""
    deadline_s = time.monotonic() + patience_s
    while not done():
        if time.monotonic() > deadline_s:
            raise NotDone(f"{what}: not within {patience_s:.0f} s")
        time.sleep(every_s)
