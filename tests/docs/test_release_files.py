"""Files that people start and release by agree with the code."""

import shlex
import tomllib
from pathlib import Path

from click import Context

from runtime.cli import main
from runtime.local import web_command

ROOT = Path(__file__).parents[2]


def procfile() -> dict[str, list[str]]:
    """The words of each process's command."""
    lines = (ROOT / "Procfile").read_text(encoding="utf-8").splitlines()
    return {name: shlex.split(command) for name, _, command in (line.partition(":") for line in lines if line)}


def without_address(words: list[str]) -> list[str]:
    """The words but for the address, sorted: flags may stand in any order."""
    at = words.index("--bind")
    return sorted(words[:at] + words[at + 2 :])


def test_procfile_starts_the_receiver_as_repsync_start_does() -> None:
    """Gunicorn gets the same flags and the same application from both."""
    assert without_address(procfile()["web"]) == without_address(web_command("127.0.0.1", 8080))


def test_procfile_names_commands_that_exist() -> None:
    """Worker and clock are commands of repsync."""
    others = {name: words for name, words in procfile().items() if name != "web"}
    assert others == {"worker": ["repsync", "worker"], "clock": ["repsync", "clock"]}
    assert others.keys() <= set(main.list_commands(Context(main)))


def test_changelog_has_an_entry_for_the_version() -> None:
    """The version of pyproject.toml heads an entry of the changelog."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    headings = [line for line in (ROOT / "CHANGELOG.md").read_text().splitlines() if line.startswith("## ")]
    assert any(version in heading for heading in headings)
