"""repsync's own processes on this machine, for `repsync start` and `repsync demo`."""

import socket
import time
from collections.abc import Mapping
from pathlib import Path

import requests

from sandbox.embedded.processes import ProcessGroup

HOST = "127.0.0.1"
START_PATIENCE_S = 60.0
# One publishes at a time, one sweeps at a time, and both wait for Twenty: a third is left to digest meanwhile.
WORKERS = ("worker-1", "worker-2", "worker-3")


class NotReady(Exception):
    """The receiver can't get ready; the message says why, or names its log."""


def web_command(host: str, port: int) -> list[str]:
    """The receiver under gunicorn, as in the Procfile."""
    worker = "runtime.web_worker.GatheringWorker"
    gunicorn = ["gunicorn", "--worker-class", worker, "--threads", "32", "--keep-alive", "5"]
    return [*gunicorn, "--no-control-socket", "--bind", f"{host}:{port}", "runtime.web:create_app()"]


def require_free(host: str, port: int) -> None:
    """Errors: `NotReady` when something else listens there already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise NotReady(f"the receiver can't listen on {host}:{port}: {error.strerror}") from None


def start_web(group: ProcessGroup, environment: Mapping[str, str], host: str, port: int) -> str:
    """Starts the receiver and returns its base URL."""
    group.start("web", web_command(host, port), environment)
    return f"http://{host}:{port}"


def start_workers(group: ProcessGroup, environment: Mapping[str, str]) -> None:
    """Starts the workers."""
    for name in WORKERS:
        group.start(name, ["repsync", "worker"], environment)


def start_clock(group: ProcessGroup, environment: Mapping[str, str]) -> None:
    """Starts the clock, and with it the first sweep."""
    group.start("clock", ["repsync", "clock"], environment)


def free_port() -> int:
    """A port that is free now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def wait_until_ready(url: str, logs: Path) -> None:
    """Returns when `/readyz` says so. Errors: `NotReady` after a minute."""
    deadline = time.monotonic() + START_PATIENCE_S
    while time.monotonic() < deadline:
        try:
            if requests.get(f"{url}/readyz", timeout=2).ok:
                return
        except requests.RequestException:
            pass
        time.sleep(0.1)
    raise NotReady(f"the receiver did not get ready within {START_PATIENCE_S:.0f} s; see {logs / 'web.log'}")
