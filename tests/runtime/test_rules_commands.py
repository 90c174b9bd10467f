"""`repsync rules` and `repsync rebuild` as their users run them."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from runtime.rules_file import rules_text

ROOT = Path(__file__).parents[2]
SHIPPED = rules_text(None)


def _run(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Runs this checkout's `repsync` with these settings and no others of ours."""
    env = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REPSYNC_RULES")}
    command = [sys.executable, "-m", "runtime.cli", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env={**env, **settings}, capture_output=True, text=True, timeout=60, check=False
    )


def _json(done: subprocess.CompletedProcess[str]) -> Any:
    return json.loads(done.stdout)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "rules.toml"


def test_a_sound_file_is_summed_up(file: Path) -> None:
    """Status 0, the version, how much there is of what, and how many numbers come from which source."""
    file.write_text(SHIPPED)
    done = _run("rules", "check", str(file))
    assert (done.returncode, done.stderr) == (0, "")
    assert "no mistakes" in done.stdout
    told = _json(_run("rules", "check", str(file), "--json"))
    assert (told["ok"], told["mistakes"]) == (True, [])
    assert (told["counts"]["ranks"], told["counts"]["gates"], told["counts"]["modules"]) == (7, 18, 7)
    assert sum(told["numbers"].values()) == sum(told["tables"].values())
    assert set(told["numbers"]) == {"seed", "LIDS", "default"}


def test_all_mistakes_of_a_file_are_told(file: Path) -> None:
    """Status 1 and each mistake on a line of its own, or as JSON with line, key and what is wrong."""
    file.write_text(SHIPPED.replace("dial = { value = 2,", "dial = { value = 0,").replace("[cadence]", "[cadences]"))
    done = _run("rules", "check", str(file))
    assert done.returncode == 1
    assert done.stderr.splitlines()[0] == "line 1: cadence: is missing"
    assert len(done.stderr.splitlines()) == 3
    told = _json(_run("rules", "check", str(file), "--json"))
    assert told["ok"] is False
    assert [each["key"] for each in told["mistakes"]] == ["cadence", "xp.dial.value", "cadences"]
    assert all(each["line"] for each in told["mistakes"])


@pytest.mark.parametrize("raw", [b"", b"\xff\xfe", b"[xp"])
def test_what_is_no_rules_file_is_refused(file: Path, raw: bytes) -> None:
    """Empty, not UTF-8, not TOML: told in a sentence, status 1."""
    file.write_bytes(raw)
    done = _run("rules", "check", str(file))
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "the file: is not" in done.stderr or "is missing" in done.stderr


def test_the_rules_in_force_are_shown(file: Path) -> None:
    """The shipped ones, or those of REPSYNC_RULES; no other setting is needed."""
    shown = {each["key"]: each for each in _json(_run("rules", "show", "--json"))["rules"]}
    assert (shown["xp.dial"]["value"], shown["xp.dial"]["source"]) == (2, "seed")
    file.write_text(SHIPPED.replace("dial = { value = 2,", "dial = { value = 7,"))
    own = _json(_run("rules", "show", "--json", REPSYNC_RULES=str(file)))
    assert own["file"] == str(file)
    assert {each["key"]: each["value"] for each in own["rules"]}["xp.dial"] == 7
    assert "xp.dial" in _run("rules", "show").stdout


def test_a_wrong_file_in_force_is_told_in_a_sentence(file: Path) -> None:
    """REPSYNC_RULES and the mistake's line are named."""
    file.write_text(SHIPPED.replace("dial = { value = 2,", "dial = { value = 0,"))
    done = _run("rules", "show", REPSYNC_RULES=str(file))
    assert done.returncode == 3
    assert "REPSYNC_RULES: line " in done.stderr
    assert "xp.dial.value: must be a whole number from 1, not 0" in done.stderr
