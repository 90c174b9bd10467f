"""Dying at a fault point within the test's own process, as far as the ledger and Twenty can tell."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

from ledger import fault_points
from ledger.fault_points import FaultPoint


class Died(BaseException):
    """Nothing of the product catches it, transactions roll back and locks are let go of, as after a SIGKILL."""


def die_at(monkeypatch: pytest.MonkeyPatch, folder: Path, point: FaultPoint, work: Callable[[], object]) -> None:
    """Does the work, which must die at the point."""

    def kill(*_: int) -> NoReturn:
        raise Died

    (folder / point).touch()
    with monkeypatch.context() as patched:
        patched.setattr(fault_points, "_folder", folder)
        patched.setattr(os, "kill", kill)
        with pytest.raises(Died):
            work()
