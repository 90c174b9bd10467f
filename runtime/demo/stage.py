"""The stage of a demo: embedded servers, a sandbox Twenty and repsync's own processes, in one folder."""

import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from redis import Redis
from sqlalchemy import Engine

from ledger.engine import connect_engine
from ledger.migrate import upgrade
from runtime.local import HOST, WORKERS, free_port, start_clock, start_web, start_workers, wait_until_ready
from sandbox.embedded.processes import ProcessGroup
from sandbox.embedded.servers import EmbeddedServers
from sandbox.twenty import SandboxTwenty
from worker.wake import SWEEP, Wake

if TYPE_CHECKING:
    from runtime.demo.scene import Scene

YEARS_S = 100 * 365 * 86_400


@dataclass(frozen=True, slots=True)
class Stage:
    """What a demo works with. `receiver_url` has no path; nothing sweeps before `start_sweeping`."""

    twenty: SandboxTwenty
    receiver_url: str
    engine: Engine
    wake: Wake
    logs: Path
    group: ProcessGroup
    environment: dict[str, str]
    servers: EmbeddedServers

    def start_sweeping(self) -> None:
        """Starts the clock, whose first sweep reads everything."""
        start_clock(self.group, self.environment)

    def go_down(self) -> None:
        """All of repsync ends, as when its machine does; its stores stay."""
        for name in ("clock", "web", *WORKERS):
            self.group.end(name)

    def come_back(self) -> None:
        """What ended starts again, with the receiver where it was."""
        start_web(self.group, self.environment, HOST, urlsplit(self.receiver_url).port or 0)
        start_workers(self.group, self.environment)
        start_clock(self.group, self.environment)
        wait_until_ready(self.receiver_url, self.logs)

    def sweep_now(self) -> None:
        """Asks a worker for a sweep, whatever the clock thinks."""
        self.wake(SWEEP)


@contextmanager
def stage(scene: "Scene") -> Iterator[Stage]:
    """Builds the stage and leaves nothing behind, neither processes nor files."""
    with ExitStack() as left:
        folder = Path(tempfile.mkdtemp(prefix="repsync-demo-"))
        left.callback(shutil.rmtree, folder, ignore_errors=True)
        servers = left.enter_context(EmbeddedServers(folder))
        upgrade(servers.database_url)
        key = secrets.token_urlsafe()
        twenty = scene.twenty(key)
        left.callback(twenty.stop)
        environment = _environment(scene, servers, twenty.start(), key)
        group = left.enter_context(ProcessGroup(folder))
        receiver_url = start_web(group, environment, HOST, free_port())
        start_workers(group, environment)
        wait_until_ready(receiver_url, folder / "logs")
        engine = connect_engine(servers.database_url)
        wake = Wake(Redis.from_url(servers.redis_url))
        yield Stage(twenty, receiver_url, engine, wake, folder / "logs", group, environment, servers)


def _environment(scene: "Scene", servers: EmbeddedServers, twenty_url: str, key: str) -> dict[str, str]:
    """A scene's time is not now, so its timestamps are old and the standings are those of its end."""
    return {
        "DATABASE_URL": servers.database_url,
        "REDIS_URL": servers.redis_url,
        "TWENTY_URL": twenty_url,
        "TWENTY_API_KEY": key,
        "WEBHOOK_TOLERANCE_S": str(YEARS_S),
        "REPLAY_AS_OF": scene.as_of.isoformat(),
        **scene.environment(),
    }
