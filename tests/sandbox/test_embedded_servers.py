"""Both servers as one context: usable inside, gone on every way out."""

import signal
import sys
from pathlib import Path

import psycopg
import pytest
import redis
from embedded_servers import end_by, run_until_ready, running, wait_until

from sandbox.embedded import EmbeddedServerError, EmbeddedServers

pytestmark = pytest.mark.processes

HOLD = """
import sys, time
from pathlib import Path
from sandbox.embedded import EmbeddedServers
with EmbeddedServers(Path(sys.argv[1])) as servers:
    print(servers.database_url, flush=True)
    time.sleep(60)
"""


def test_both_answer_inside_and_keep_their_data(folder: Path) -> None:
    """What is written in one block is found in the next one on the same folder."""
    with EmbeddedServers(folder) as servers:
        with psycopg.connect(servers.database_url) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
        redis.Redis.from_url(servers.redis_url).set("kept", "7")
    with EmbeddedServers(folder) as servers:
        with psycopg.connect(servers.database_url) as connection:
            assert connection.execute("SELECT number FROM kept").fetchone() == (7,)
        assert redis.Redis.from_url(servers.redis_url).get("kept") == b"7"


def test_an_exception_leaves_nothing_running(folder: Path) -> None:
    """An error inside the block stops both servers and goes on its way."""
    servers = EmbeddedServers(folder)

    def fail_inside() -> None:
        with servers:
            assert len(running(folder)) == 2
            raise RuntimeError("inside")

    with pytest.raises(RuntimeError, match="inside"):
        fail_inside()
    assert running(folder) == []


def test_a_failing_valkey_takes_postgres_down_again(folder: Path) -> None:
    """When the second server can't start, the first is stopped before the error goes on."""
    (folder / "valkey").write_text("not a folder")
    with pytest.raises(EmbeddedServerError, match="valkey can't be used"):
        EmbeddedServers(folder).__enter__()
    assert running(folder) == []


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, -signal.SIGINT), (signal.SIGTERM, 143)])
def test_signals_end_both_cleanly(folder: Path, number: signal.Signals, status: int) -> None:
    """Ctrl-C and SIGTERM shut both servers down before the process ends, and no pid or socket is left."""
    process = run_until_ready(HOLD, folder)
    assert end_by(process, number) == status
    assert running(folder) == []
    assert list(folder.rglob("postmaster.pid")) + list(folder.glob("*.socket")) == []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent was killed")
def test_kill_9_leaves_nothing_running_and_the_data_whole(folder: Path) -> None:
    """After kill -9 of the parent both servers end by themselves, and a new start recovers."""
    end_by(run_until_ready(HOLD, folder), signal.SIGKILL)
    assert wait_until(lambda: not running(folder))
    with EmbeddedServers(folder) as servers, psycopg.connect(servers.database_url) as connection:
        assert connection.execute("SELECT current_database()").fetchone() == ("repsync",)


def test_sigterm_is_as_before_after_the_block(folder: Path) -> None:
    """The handler of SIGTERM found at the start is put back."""
    before = signal.getsignal(signal.SIGTERM)
    with EmbeddedServers(folder):
        assert signal.getsignal(signal.SIGTERM) is not before
    assert signal.getsignal(signal.SIGTERM) is before
