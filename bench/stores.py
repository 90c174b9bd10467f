"""What every measurement starts from: empty embedded stores with the ledger's tables, and settings that lead there."""

import secrets
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from ledger.migrate import upgrade
from runtime.settings import Settings
from sandbox.embedded.servers import EmbeddedServers
from sandbox.twenty import SandboxTwenty

NOWHERE = "http://127.0.0.1:9"
API_KEY = secrets.token_urlsafe()
SECRET = secrets.token_urlsafe()
YEARS_S = 100 * 365 * 86_400
AMPLE_SHARE = 60_000  # calls a minute: nothing is felt of it


@dataclass(frozen=True, slots=True)
class Stores:
    """Embedded PostgreSQL and Valkey of one measurement, in a folder that goes with them."""

    folder: Path
    database_url: str
    redis_url: str

    def settings(self, twenty_url: str = NOWHERE, calls_per_minute: int = AMPLE_SHARE) -> Settings:
        """For parts in this process."""
        return Settings(
            database_url=self.database_url,
            redis_url=self.redis_url,
            twenty_url=twenty_url,
            twenty_api_key=API_KEY,
            twenty_calls_per_minute=calls_per_minute,
        )

    def environment(self, twenty_url: str = NOWHERE, calls_per_minute: int = AMPLE_SHARE) -> Mapping[str, str]:
        """For processes of repsync's; the recorded deliveries that they get are old."""
        return {
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
            "TWENTY_URL": twenty_url,
            "TWENTY_API_KEY": API_KEY,
            "TWENTY_WEBHOOK_SECRET": SECRET,
            "TWENTY_CALLS_PER_MINUTE": str(calls_per_minute),
            "WEBHOOK_TOLERANCE_S": str(YEARS_S),
        }


@contextmanager
def empty_stores() -> Iterator[Stores]:
    """Leaves neither processes nor files behind. Errors: `EmbeddedServerError`."""
    with ExitStack() as left:
        folder = Path(tempfile.mkdtemp(prefix="repsync-bench-"))
        left.callback(shutil.rmtree, folder, ignore_errors=True)
        servers = left.enter_context(EmbeddedServers(folder))
        upgrade(servers.database_url)
        yield Stores(folder, servers.database_url, servers.redis_url)


@contextmanager
def sandbox(tokens: int | None = None) -> Iterator[SandboxTwenty]:
    """A Twenty that runs, with so many calls a minute; None: as many as come."""
    twenty = SandboxTwenty(API_KEY, tokens=tokens)
    twenty.start()
    try:
        yield twenty
    finally:
        twenty.stop()
