"""The contract suite: the same tests against the sandbox and, where TWENTY_URL is set, against a real Twenty.

`make contract` alone runs it; all else leaves it out by its marker, whatever the environment holds.
"""

import os
import secrets
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from contract_calls import OwnCalls
from contract_door import Door
from contract_figures import Figures
from contract_processes import SHARE, SWEEP_EVERY_S, Repsync, wait_for, with_stores
from contract_run import Run
from contract_window import TwentyWindow
from contract_workspace import UnderTest, Workspace, host_of, real_twenty, sandbox_twenty

from runtime.settings import documented_settings
from twenty_client.request import batch_create, list_rows

IS_REAL = bool(os.environ.get("TWENTY_URL"))
HISTORY_REPS, NOTES_EACH = 10, 200
FIGURES = Figures()
History = dict[str, int]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sockets stay closed but for this host and that one Twenty."""
    if IS_REAL:
        named = [host_of(os.environ.get(name, "")) for name in ("TWENTY_URL", "RECEIVER_URL")]
        hosts = ["127.0.0.1", "localhost", "::1", *filter(None, named)]
        for item in items:
            if item.get_closest_marker("contract"):
                item.add_marker(pytest.mark.allow_hosts(hosts))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """What the run cost."""
    if FIGURES.calls:
        terminalreporter.section("figures")
        for line in FIGURES.lines():
            terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def twenty_under_test() -> Iterator[UnderTest]:
    """A real Twenty where TWENTY_URL is set, else a sandbox."""
    if IS_REAL:
        yield real_twenty()
        return
    with sandbox_twenty() as twenty:
        yield twenty


@pytest.fixture(scope="session")
def figures() -> Figures:
    return FIGURES


@pytest.fixture(scope="session")
def own(twenty_under_test: UnderTest, figures: Figures) -> OwnCalls:
    """The suite's own calls."""
    return OwnCalls(twenty_under_test.url, twenty_under_test.key, figures)


@pytest.fixture(scope="session")
def run(twenty_under_test: UnderTest, own: OwnCalls) -> Iterator[Run]:
    """The run, whose records are destroyed in the end, however it ends."""
    began_at = own.send(list_rows("workspaceMembers", limit=1)).server_at
    run = Run(began_at or datetime.now(UTC))
    workspace = Workspace(own, run, twenty_under_test.receiver_url)
    yield run
    workspace.clean_up()


@pytest.fixture(scope="session")
def history(own: OwnCalls, run: Run) -> History:
    """Notes of before repsync came: how many, by rep."""
    for number in range(HISTORY_REPS):
        own.send(batch_create("notes", [run.note(run.rep(number)) for _ in range(NOTES_EACH)]))
    return {run.rep(number): NOTES_EACH for number in range(HISTORY_REPS)}


@pytest.fixture(scope="session")
def repsync(twenty_under_test: UnderTest, run: Run, figures: Figures) -> Iterator[Repsync]:
    """Stores and settings; nothing of repsync runs yet."""
    window = TwentyWindow(twenty_under_test.url, run, figures)
    with pytest.MonkeyPatch.context() as patched:
        for name, *_ in documented_settings():
            patched.delenv(name, raising=False)
            patched.delenv(f"{name}_FILE", raising=False)
        with with_stores(_settings(twenty_under_test, run, window.url)) as repsync:
            figures.told.append(f"logs: {repsync.logs}")
            yield repsync
    window.close()


def _settings(twenty: UnderTest, run: Run, window_url: str) -> dict[str, str]:
    return {
        "TWENTY_URL": window_url,
        "TWENTY_API_KEY": twenty.key,
        "TWENTY_WEBHOOK_SECRET": secrets.token_hex(16),
        "RECEIVER_URL": f"{twenty.receiver_url}{run.path}",
        "TWENTY_CALLS_PER_MINUTE": str(SHARE),
        "SWEEP_INTERVAL_S": str(SWEEP_EVERY_S),
    }


@pytest.fixture(scope="session")
def door(twenty_under_test: UnderTest, run: Run, repsync: Repsync, figures: Figures) -> Iterator[Door]:
    """Open, with the receiver behind it."""
    door = Door(twenty_under_test.host, twenty_under_test.port, run, figures, f"http://127.0.0.1:{repsync.port}")
    repsync.receive()
    door.open()
    yield door
    door.close()


@pytest.fixture(scope="session")
def set_up(history: History, repsync: Repsync) -> list[Any]:
    """`repsync setup` as a dry run, for good, and once more."""
    return [repsync.command("setup", *flags) for flags in (["--dry-run"], [], [])]


@pytest.fixture(scope="session")
def at_work(history: History, set_up: list[Any], door: Door, repsync: Repsync, figures: Figures) -> Repsync:
    """repsync with the whole history counted: by `repsync backfill` where there is one, else by the first sweep."""
    began_s, by = time.monotonic(), "the first sweep"
    repsync.work()
    if repsync.has_command("backfill"):
        done, by = repsync.command("backfill", "--json"), "repsync backfill"
        assert done.returncode == 0, done.stderr
    repsync.tick()
    wait_for(lambda: _counted(repsync, history), 180, "2,000 notes counted")
    figures.in_row_s[f"2,000 notes by {by}, until the last row was written"] = time.monotonic() - began_s
    return repsync


def _counted(repsync: Repsync, history: History) -> bool:
    return all(repsync.settled(rep).get("totalCalls") == calls for rep, calls in history.items())


@pytest.fixture(scope="session")
def diagnosed(at_work: Repsync) -> dict[str, dict[str, str]]:
    """The doctor's lines. Its round trip outwaits Twenty's cache of webhooks."""
    return at_work.diagnosed()


@pytest.fixture
def webhooks(at_work: Repsync, diagnosed: dict[str, dict[str, str]]) -> Repsync:
    """repsync where webhooks come; where they don't, the doctor's sentence says why."""
    line = diagnosed["round trip"]
    if line["verdict"] != "pass":
        pytest.fail(f"{line['told']}. {line['cure']}", pytrace=False)
    return at_work
