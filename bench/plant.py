"""The plant: empty stores, a sandbox Twenty that tells of its notes, and repsync's own processes, by real time."""

import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace

from bench.stores import AMPLE_SHARE, SECRET, Stores, empty_stores, sandbox
from runtime.bootstrap import worker_parts
from runtime.local import HOST, free_port, wait_until_ready, web_command
from sandbox.embedded.processes import ProcessGroup
from sandbox.twenty import SandboxTwenty
from worker.parts import Parts

REPSYNC = (sys.executable, "-m", "runtime.cli")
OPERATIONS = ("note.*", "opportunity.*", "workspaceMember.*")
LIMIT = 100  # calls a minute that Twenty lets through


class NotDone(Exception):
    """What a measurement waits for did not come about in time; the message says what."""


@dataclass(frozen=True, slots=True)
class Plant:
    """`parts` are a worker's, for what is measured in this process; nothing of `group` runs before it is started."""

    stores: Stores
    twenty: SandboxTwenty
    parts: Parts
    group: ProcessGroup
    environment: Mapping[str, str]

    def start(self, command: str, *, number: int = 1) -> list[str]:
        """Starts `repsync <command>` so many times; returns the names under which they run."""
        names = [f"{command}-{n}" for n in range(1, number + 1)]
        for name in names:
            self.group.start(name, [*REPSYNC, command], self.environment)
        return names

    def end(self, names: Sequence[str]) -> None:
        """Ends these."""
        for name in names:
            self.group.end(name)

    def with_share(self, calls_a_minute: int) -> "Plant":
        """The same, where what is started from now on makes so many calls a minute."""
        return replace(self, environment=self.stores.environment(self.twenty.url, calls_a_minute))

    def open_receiver(self) -> None:
        """Starts the receiver as the Procfile does; Twenty tells it of changes from now on."""
        url = f"http://{HOST}:{(port := free_port())}"
        self.group.start("web", web_command(HOST, port), self.environment)
        wait_until_ready(url, self.stores.folder / "logs")
        self.twenty.register_webhook(f"{url}/webhooks/twenty", OPERATIONS, SECRET)


@contextmanager
def plant(share: int = AMPLE_SHARE) -> Iterator[Plant]:
    """`share` is repsync's, in calls a minute, of the 100 of Twenty's; by default neither bounds anything."""
    with ExitStack() as left:
        stores = left.enter_context(empty_stores())
        twenty = left.enter_context(sandbox(None if share == AMPLE_SHARE else LIMIT))
        parts = worker_parts(stores.settings(twenty.url, share))
        group = left.enter_context(ProcessGroup(stores.folder))
        yield Plant(stores, twenty, parts, group, stores.environment(twenty.url, share))


def wait_for(done: Callable[[], bool], patience_s: float, what: str, every_s: float = 0.1) -> None:
    """Returns when it is done. Errors: `NotDone` after `patience_s`."""
    deadline_s = time.monotonic() + patience_s
    while not done():
        if time.monotonic() > deadline_s:
            raise NotDone(f"{what}: not within {patience_s:.0f} s")
        time.sleep(every_s)
