"""SIGTERM in the middle of the work: whoever gets it ends in good order, and nothing is lost or done twice."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from embedded_servers import wait_until
from sqlalchemy import text

from ledger.engine import transaction
from runtime.demo.floor_scene import FloorScene
from runtime.demo.outcome import outcome
from runtime.demo.settling import wait_until_settled, wait_until_told
from runtime.demo.stage import Stage, stage
from runtime.local import WORKERS
from sandbox.embedded.processes import session
from sandbox.floor import Floor, redhawk
from sandbox.twenty import webhook_posts

pytestmark = pytest.mark.processes
COMPLAINTS = ("Work-horse terminated unexpectedly", "Traceback")
ROOT = Path(__file__).parents[2]


@pytest.fixture
def scene() -> FloorScene:
    """Eight reps work for a day."""
    return FloorScene(Floor(11, reps=8, days=1, calls_a_day=25, lossy=True))


@pytest.fixture
def built(scene: FloorScene, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """Everything runs. Senders are patient, so that one who got no answer was cut off and not tired of waiting."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    for sender in (webhook_posts, redhawk):
        monkeypatch.setattr(sender, "TIMEOUT_S", 60)
    with stage(scene) as built:
        yield built


def _end_all_of(built: Stage, name: str) -> None:
    """SIGTERM to a process and all that it started, as systemd does; it is started again."""
    leader = built.group.pid(name)
    for pid in {leader, *session(leader)}:
        os.kill(pid, signal.SIGTERM)
    assert wait_until(lambda: built.group.pid(name) != leader), name


def _with_work_horse(built: Stage) -> str:
    """The name of a worker that is in the middle of a job: a sweep where the floor makes no other work."""
    found: list[str] = []

    def look() -> bool:
        busy = [name for name in WORKERS if set(session(built.group.pid(name))) - {built.group.pid(name)}]
        found.extend(busy)
        if not busy:
            built.sweep_now()
        return bool(busy)

    assert wait_until(look)
    return found[0]


def _ended(built: Stage) -> Iterator[Callable[[], None]]:
    for other in ("web", "clock", None):
        yield lambda: _end_all_of(built, _with_work_horse(built))
        if other:
            yield lambda name=other: _end_all_of(built, name)


def _complains(line: str) -> bool:
    """A job that found PostgreSQL too slow to connect to is tried again: that is this machine's, not the end's."""
    return any(word in line for word in COMPLAINTS) and "LedgerUnavailable (ConnectionTimeout)" not in line


def _complaints(built: Stage) -> list[str]:
    """The lines of the logs from the first complaint on, ten of each process at most."""
    found = []
    for name in (*WORKERS, "web", "clock"):
        lines = (built.logs / f"{name}.log").read_text().splitlines()
        at = next((at for at, line in enumerate(lines) if _complains(line)), len(lines))
        found += [f"{name}: {line}" for line in lines[at : at + 10]]
    return found


def test_sigterm_in_mid_work_loses_and_repeats_nothing(scene: FloorScene, built: Stage) -> None:
    """Receiver, clock and three busy workers, each with all of its processes: every job that ran is finished, no
    webhook is stored whose sender was not told so, and the floor ends as it reckons."""
    with ThreadPoolExecutor(1) as background:
        playing = background.submit(scene.play, built, lambda _: None)
        for end in _ended(built):
            time.sleep(0.3)
            end()
        answers = playing.result()
    wait_until_told(built.twenty)
    wait_until_settled(built.engine, scene.settled_at, built.sweep_now)
    seen = outcome(built, answers, scene.expected)
    assert (seen["asExpected"], seen["lost"]) == (True, 0)
    with transaction(built.engine) as connection:
        stored = connection.execute(text("SELECT count(*) + sum(duplicates) FROM deliveries WHERE source <> 'sweep'"))
        assert stored.scalar() == answers[202]
    assert "\n".join(_complaints(built)) == ""
