"""`repsync start`: receiver, worker and clock on this machine, until told to stop."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from runtime.local import require_free, start_clock, start_web, start_workers, wait_until_ready
from runtime.running_stores import is_set, told_to_others
from runtime.startup import configured
from sandbox.embedded.processes import ProcessGroup
from sandbox.embedded.servers import EmbeddedServers, sigterm_as_exit

STORES = ("DATABASE_URL", "REDIS_URL")
LOOK_S = 0.5


def run_all(host: str, port: int, folder: Path) -> None:
    """Runs everything until Ctrl-C or SIGTERM; errors: those of `runtime.startup.told_in_a_sentence`."""
    require_free(host, port)
    with _stores(folder) as (stores, revive), sigterm_as_exit():
        os.environ.update(stores)
        configured()
        with ProcessGroup(folder) as group:
            url = start_web(group, {}, host, port)
            start_workers(group, {})
            start_clock(group, {})
            wait_until_ready(url, folder / "logs")
            try:
                click.echo(f"Receiver {url}, logs in {folder / 'logs'}. Ctrl-C ends it.")
                click.echo(f"Console  {url}/console/ (its first user: repsync users add NAME --role admin)")
                while True:
                    time.sleep(LOOK_S)
                    revive()
            except KeyboardInterrupt:
                click.echo("Stopping …")


@contextmanager
def _stores(folder: Path) -> Iterator[tuple[dict[str, str], Callable[[], bool]]]:
    """URLs of embedded servers in `folder` for the stores that the environment does not name, and what revives them."""
    missing = [name for name in STORES if not is_set(name)]
    if not missing:
        yield {}, lambda: True
        return
    with EmbeddedServers(folder) as servers:
        urls = {"DATABASE_URL": servers.database_url, "REDIS_URL": servers.redis_url}
        own = {name: urls[name] for name in missing}
        with told_to_others(folder, own):
            yield own, servers.revive
