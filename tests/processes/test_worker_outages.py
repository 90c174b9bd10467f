"""A worker while Redis is away, and after it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from commands import started
from embedded_servers import wait_until
from redis import Redis

from ledger.engine import connect_engine, transaction
from ledger.inbox import count_by_state, store_all
from runtime import processes
from runtime.settings import Settings
from runtime.told_failures import Away
from sandbox.embedded import EmbeddedValkey
from schemas.delivery import NewDelivery
from worker.rq_worker import JobWorker, serve_queues
from worker.wake import DIGEST, Wake

pytestmark = pytest.mark.processes
ROOT = Path(__file__).parents[2]
AWAY_S = 3.0


@pytest.fixture
def valkey(folder: Path) -> Iterator[EmbeddedValkey]:
    """One that a test may kill."""
    server = EmbeddedValkey(folder)
    yield server
    server.stop()


def _worker(database_url: str, redis_url: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "runtime.cli", "worker"]
    stores = {"DATABASE_URL": database_url, "REDIS_URL": redis_url}
    twenty = {"TWENTY_URL": "http://127.0.0.1:1", "TWENTY_API_KEY": "a-key-of-the-tests"}
    return started(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT), **stores, **twenty})


def _digests_one(database_url: str, redis_url: str) -> bool:
    """Whether a delivery that is stored now is digested within seconds, woken as by the clock.

    Redis may still say that somebody attends, who could not take that back while it was away.
    """
    engine = connect_engine(database_url)
    with transaction(engine) as connection:
        key = f"probe {time.monotonic_ns()}"
        probe = NewDelivery("twenty", key, b'{"eventName": "company.updated"}', {}, datetime.now(UTC))
        store_all(connection, [probe])
    Wake(Redis.from_url(redis_url)).surely(DIGEST)

    def nothing_waits() -> bool:
        with transaction(engine) as connection:
            return "pending" not in count_by_state(connection, ["twenty"])

    return wait_until(nothing_waits)


def test_a_short_outage_of_redis_ends_no_worker(database_url: str, valkey: EmbeddedValkey, folder: Path) -> None:
    """Redis is killed and comes back after 3 s: the same process takes jobs again at once, and ends on SIGTERM."""
    redis_url = valkey.start()
    worker = _worker(database_url, redis_url)
    assert _digests_one(database_url, redis_url)
    os.kill(int((folder / "valkey" / "valkey.pid").read_text()), signal.SIGKILL)
    time.sleep(AWAY_S)
    assert valkey.revive()
    assert _digests_one(database_url, redis_url)
    assert worker.poll() is None
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=20) == 0


def test_a_worker_that_gives_up_says_so(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """RQ returns from its work without a signal when Redis stays away: that is told apart from an end that was asked
    for, and ends the process with a status that lets every supervisor start it again."""
    monkeypatch.setattr(JobWorker, "work", lambda worker, **_: None)
    assert not serve_queues(redis_url)
    monkeypatch.setattr(JobWorker, "work", lambda worker, **_: worker.handle_warm_shutdown_request())
    assert serve_queues(redis_url)
    for name in ("upgrade", "worker_parts", "install"):
        monkeypatch.setattr(processes, name, lambda *_: None)
    monkeypatch.setattr(processes, "serve_queues", lambda _: False)
    settings = Settings(database_url="", redis_url="", twenty_url="", twenty_api_key="")
    with pytest.raises(Away, match="gave up"):
        processes.run_worker(settings)
