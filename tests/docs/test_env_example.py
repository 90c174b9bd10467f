""".env.example is a complete and working start."""

import re
from pathlib import Path

import pytest

from runtime.settings import documented_settings, read_settings

ENV_EXAMPLE = (Path(__file__).parents[2] / ".env.example").read_text(encoding="utf-8")
PROCFILE = (Path(__file__).parents[2] / "Procfile").read_text(encoding="utf-8")
NAMES = [name for name, _, _ in documented_settings()]

FILLED_IN = {"DATABASE_URL": "postgresql://filled/in", "REDIS_URL": "redis://filled-in"}
REQUIRED = [name for name, default, _ in documented_settings() if default == "required"]
ASSIGNMENTS = re.findall(r"^([A-Z][A-Z0-9_]*)=(.*)$", ENV_EXAMPLE, re.MULTILINE)


def test_names_every_setting_and_what_the_procfile_reads() -> None:
    """The example has a line for each setting and each variable of the Procfile, and none for anything else."""
    of_procfile = re.findall(r"\$\{([A-Z]+)", PROCFILE)
    assert sorted(name for name, _ in ASSIGNMENTS) == sorted(NAMES + of_procfile)


def test_required_values_filled_in_it_starts_with_the_documented_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever fills in the required values gets the same settings as with those alone."""
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(f"{name}_FILE", raising=False)
    for name in REQUIRED:
        monkeypatch.setenv(name, FILLED_IN.get(name, "filled-in"))
    defaults = read_settings()
    for name, value in ASSIGNMENTS:
        if name not in REQUIRED:
            monkeypatch.setenv(name, value)
    assert read_settings() == defaults
