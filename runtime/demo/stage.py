"""The stage of a demo: embedded servers, a sandbox Twenty and repsync's own processes, in one folder."""

import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from ledger.engine import connect_engine
from ledger.migrate import upgrade
from runtime.demo.day import Day
from runtime.local import HOST, free_port, start_clock, start_web, start_workers, wait_until_ready
from sandbox.embedded.processes import ProcessGroup
from sandbox.embedded.servers import EmbeddedServers
from sandbox.twenty import SandboxTwenty
from sandbox.twenty.recorded import clock_after, take_over

WORKERS = 2
YEARS_S = 100 * 365 * 86_400


@dataclass(frozen=True, slots=True)
class Stage:
    """What a demo works with. `receiver_url` has no path; nothing sweeps before `start_sweeping`."""

    twenty: SandboxTwenty
    twenty_url: str
    receiver_url: str
    engine: Engine
    logs: Path
    group: ProcessGroup
    environment: dict[str, str]

    def start_sweeping(self) -> None:
        """Starts the clock, whose first sweep reads everything."""
        start_clock(self.group, self.environment)


@contextmanager
def stage(day: Day) -> Iterator[Stage]:
    """Builds the stage and leaves nothing behind, neither processes nor files."""
    with ExitStack() as left:
        folder = Path(tempfile.mkdtemp(prefix="repsync-demo-"))
        left.callback(shutil.rmtree, folder, ignore_errors=True)
        servers = left.enter_context(EmbeddedServers(folder))
        upgrade(servers.database_url)
        key = secrets.token_urlsafe()
        twenty = SandboxTwenty(key, clock=clock_after(list(day.deliveries)))
        take_over(twenty, list(day.deliveries))
        left.callback(twenty.stop)
        twenty_url = twenty.start()
        environment = _environment(day, servers, twenty_url, key)
        group = left.enter_context(ProcessGroup(folder))
        receiver_url = start_web(group, environment, HOST, free_port())
        start_workers(group, environment, WORKERS)
        wait_until_ready(receiver_url, folder / "logs")
        engine = connect_engine(servers.database_url)
        yield Stage(twenty, twenty_url, receiver_url, engine, folder / "logs", group, environment)


def _environment(day: Day, servers: EmbeddedServers, twenty_url: str, key: str) -> dict[str, str]:
    """The day is over, so its timestamps are old and the standings are those of its end."""
    return {
        "DATABASE_URL": servers.database_url,
        "REDIS_URL": servers.redis_url,
        "TWENTY_URL": twenty_url,
        "TWENTY_API_KEY": key,
        "TWENTY_WEBHOOK_SECRET": day.secret,
        "WEBHOOK_TOLERANCE_S": str(YEARS_S),
        "REPLAY_AS_OF": day.as_of.isoformat(),
    }
