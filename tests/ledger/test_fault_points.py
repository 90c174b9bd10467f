"""Fault points let a process die for tests, and do nothing otherwise."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ledger import fault_points
from ledger.fault_points import VARIABLE
from runtime.settings import SettingsError
from runtime.startup import configured

PASSES_TWICE = """
from ledger.fault_points import reached
reached("digest.claimed")
print("passed", flush=True)
reached("digest.claimed")
"""


def _run(**environment: str) -> subprocess.CompletedProcess[str]:
    root = str(Path(__file__).parents[2])
    env = {**os.environ, "PYTHONPATH": root, **environment}
    return subprocess.run([sys.executable, "-c", PASSES_TWICE], env=env, capture_output=True, text=True, check=False)


def test_a_point_kills_whoever_takes_its_file(tmp_path: Path) -> None:
    """The process dies at the point, once for the file, by a signal that it can't hear; other points are passed."""
    (tmp_path / "digest.claimed").touch()
    (tmp_path / "digest.committed").touch()
    died = _run(**{VARIABLE: str(tmp_path)})
    assert (died.returncode, died.stdout) == (-signal.SIGKILL, "")
    assert [file.name for file in tmp_path.iterdir()] == ["digest.committed"]
    assert _run(**{VARIABLE: str(tmp_path)}).stdout == "passed\n"


@pytest.mark.parametrize("environment", [{}, {VARIABLE: ""}])
def test_a_point_does_nothing_by_itself(environment: dict[str, str]) -> None:
    """Without the variable, or with an empty one, every point is passed."""
    assert _run(**environment).returncode == 0


def test_points_are_refused_in_production(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A process that reports its errors to Sentry does not start with them."""
    for name in ("DATABASE_URL", "REDIS_URL", "TWENTY_URL", "TWENTY_API_KEY"):
        monkeypatch.setenv(name, {"DATABASE_URL": "postgresql://x/y", "REDIS_URL": "redis://x"}.get(name, "x"))
    monkeypatch.setenv("SENTRY_DSN", "https://key@example.com/1")
    monkeypatch.setattr(fault_points, "_folder", tmp_path)
    with pytest.raises(SettingsError, match=VARIABLE):
        configured()
