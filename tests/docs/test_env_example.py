""".env.example is a complete and working start."""

import re
from pathlib import Path

import pytest

from runtime.settings import documented_settings, read_settings

ENV_EXAMPLE = (Path(__file__).parents[2] / ".env.example").read_text(encoding="utf-8")
PROCFILE = (Path(__file__).parents[2] / "Procfile").read_text(encoding="utf-8")
NAMES = [name for name, _, _ in documented_settings()]


def assignments(*, commented: bool) -> dict[str, str]:
    """NAME=value lines, those behind a `# ` too if asked for."""
    mark = "(?:# )?" if commented else ""
    return dict(re.findall(rf"^{mark}([A-Z][A-Z0-9_]*)=(.*)$", ENV_EXAMPLE, re.MULTILINE))


def test_names_every_setting_and_what_the_procfile_reads() -> None:
    """The example has a line for each setting and each variable of the Procfile, and none for anything else."""
    of_procfile = re.findall(r"\$\{([A-Z]+)", PROCFILE)
    assert sorted(assignments(commented=True)) == sorted(NAMES + of_procfile)


def test_required_values_filled_in_it_starts_with_the_documented_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever fills in the four required values gets the same settings as with those four alone."""
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(f"{name}_FILE", raising=False)
    for name in ("DATABASE_URL", "REDIS_URL", "TWENTY_URL", "TWENTY_API_KEY"):
        monkeypatch.setenv(name, "filled-in")
    defaults = read_settings()
    for name, value in assignments(commented=False).items():
        if value:
            monkeypatch.setenv(name, value)
        elif not (name.endswith("_URL") or name == "TWENTY_API_KEY"):
            monkeypatch.setenv(name, "")
    assert read_settings() == defaults
