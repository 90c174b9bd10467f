"""Carrying out the kills: each ends in a SIGKILL of a real process."""

import os
import shutil
import signal
import time
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from chaos.kills import STORES, Kill, Victim
from chaos.stirring import Stirring
from ledger.fault_points import FaultPoint
from runtime.demo.stage import Stage
from runtime.local import WORKERS
from sandbox.embedded.processes import session

LOOK_S = 0.002
STIR_EVERY_S = 1.0
PATIENCE_S = 120.0
PID_FILES = {"Valkey": "valkey/valkey.pid", "PostgreSQL": "postgres/postmaster.pid"}
KEPT_BY_VALKEY = "valkey/appendonlydir"


class NotStruck(Exception):
    """Nobody came to the fault point, or no work-horse ran, for two minutes."""


class Striker:
    """Kills what belongs to a stage. `points` is the folder of the fault points that are set."""

    def __init__(self, stage: Stage, points: Path, rng: Random, stirring: Stirring) -> None:
        self._stage = stage
        self._stirring = stirring
        self._points = points
        self._rng = rng
        self._folder = stage.logs.parent

    def kill(self, kill: Kill) -> datetime:
        """Kills and returns when that was. A store stays away. Errors: `NotStruck`."""
        if kill.point is not None:
            return self._at(kill.point)
        if kill.victim in STORES:
            return self._store(kill.victim)
        processes = self._processes(kill.victim)
        struck_at = datetime.now(UTC)
        _kill(processes)
        return struck_at

    def bring_back(self, victim: str) -> datetime:
        """Starts a killed store again and returns when it answered; `Valkey, data lost` comes back empty."""
        if victim == "Valkey, data lost":
            shutil.rmtree(self._folder / KEPT_BY_VALKEY)
        while not self._stage.servers.revive():
            time.sleep(LOOK_S)
        return datetime.now(UTC)

    def _at(self, point: FaultPoint) -> datetime:
        """Waits until somebody has taken the point's file, and died."""
        file = self._points / point
        file.touch()
        deadline_s = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline_s:
            self._stirring.stir(point)
            if struck_at := _gone_at(file):
                return struck_at
        raise NotStruck(f"nobody reached {point} for {PATIENCE_S:.0f} s")

    def _store(self, victim: str) -> datetime:
        pid = int((self._folder / PID_FILES[victim.partition(",")[0]]).read_text().split()[0])
        struck_at = datetime.now(UTC)
        os.kill(pid, signal.SIGKILL)
        return struck_at

    def _processes(self, victim: Victim | FaultPoint) -> Iterable[int]:
        """The receiver dies as a whole, or gunicorn's worker process alone; a worker's work-horse lives on."""
        if victim == "receiver":
            leader = self._stage.group.pid("web")
            return [leader, *session(leader)] if self._rng.random() < 1 / 2 else set(session(leader)) - {leader}
        if victim == "work-horse":
            return [self._work_horse()]
        return [self._stage.group.pid("clock" if victim == "clock" else self._rng.choice(WORKERS))]

    def _work_horse(self) -> int:
        """The first that is seen at work."""
        deadline_s = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline_s:
            leaders = [self._stage.group.pid(name) for name in WORKERS]
            for leader in leaders:
                if horses := set(session(leader)) - {leader}:
                    return horses.pop()
            time.sleep(LOOK_S)
        raise NotStruck(f"no work-horse was seen for {PATIENCE_S:.0f} s")


def _gone_at(file: Path) -> datetime | None:
    """When the file was taken; None if it is there a second later."""
    deadline_s = time.monotonic() + STIR_EVERY_S
    while file.exists():
        if time.monotonic() > deadline_s:
            return None
        time.sleep(LOOK_S)
    return datetime.now(UTC)


def _kill(pids: Iterable[int]) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
