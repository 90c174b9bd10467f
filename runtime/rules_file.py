"""The rules file in force: the shipped one, or the operator's own."""

from importlib.resources import files
from pathlib import Path

from programs.progression.rules_mistakes import FILE, RulesError


def rules_text(path: str | Path | None) -> str:
    """The text of the file at `path`, of the shipped one without. Raises OSError; RulesError if it is not UTF-8."""
    if path is None:
        return files("programs.progression").joinpath("rules.toml").read_text(encoding="utf-8")
    try:
        return Path(path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise RulesError(f"{FILE}: is not UTF-8 text") from None
