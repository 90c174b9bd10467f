"""What the jobs work with, handed in once by the process that runs them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from programs.progression.rules import Rules
from redhawk_client.client import RedHawkClient
from twenty_client.client import TwentyClient
from worker.wake import Wake


@dataclass(frozen=True, slots=True)
class Parts:
    """The ledger, Twenty, the rules, the time that standings are computed for, and how to wake a job.

    `redhawk` is None where nothing of RedHawk is read.
    """

    engine: Engine
    twenty: TwentyClient
    rules: Rules
    now: Callable[[], datetime]
    wake: Wake
    redhawk: RedHawkClient | None = None


_installed: list[Parts] = []


def install(parts: Parts) -> None:
    """Makes these the parts of this process and of the job processes that it forks."""
    _installed[:] = [parts]


def installed_parts() -> Parts:
    """The parts of this process; a RuntimeError names the mistake when `install` was forgotten."""
    if not _installed:
        raise RuntimeError("worker.parts.install was not called in this process")
    return _installed[0]
