"""Commands at a terminal and in pipes, as people and scripts meet them."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from commands import started
from terminals import Terminal

from runtime.local import free_port

pytestmark = pytest.mark.processes
ROOT = Path(__file__).parents[2]
REPSYNC = [sys.executable, "-m", "runtime.cli"]
MEMBERS = {"m-1": "Jane Austen", "m-2": "Jane D'Arc", "m-3": "Jörg Öl", "m-4": "Evil \x1b[31m"}


@pytest.fixture
def environment(database_url: str, redis_url: str) -> dict[str, str]:
    """Settings over a ledger where four members are known; Twenty is away."""
    with psycopg.connect(database_url) as connection:
        for rep, name in MEMBERS.items():
            connection.execute("INSERT INTO members (id, name, updated_at) VALUES (%s, %s, now())", (rep, name))
        connection.execute("INSERT INTO reps (id, dirty) VALUES ('m-1', 1)")
    stores = {"DATABASE_URL": database_url, "REDIS_URL": redis_url, "TWENTY_URL": "http://127.0.0.1:1"}
    shell = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8", "TERM": "xterm-256color"}
    return {**shell, **stores, "TWENTY_API_KEY": "a-key-of-the-tests"}


def _run(environment: dict[str, str], *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    env, command = {**environment, **more}, [*REPSYNC, *arguments]
    return subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, timeout=90, check=False)


def test_ctrl_c_at_a_question_changes_nothing(environment: dict[str, str]) -> None:
    """The preview is shown, Ctrl-C ends with 130 and a word, without a traceback."""
    with Terminal([*REPSYNC, "rebuild"], environment) as terminal:
        terminal.shows(r"0 records and 1 reps are computed anew")
        terminal.shows(r"Rebuild\? \[y/N\]")
        terminal.type("\x03")
        assert terminal.status() == 130
        assert "Stopped." in terminal.shown
        assert "Traceback" not in terminal.shown


@pytest.mark.parametrize(("answer", "status"), [("n\r", 1), ("y\r", 0)])
def test_an_answer_at_a_terminal_decides(environment: dict[str, str], answer: str, status: int) -> None:
    """No is status 1 and a word, yes does it."""
    with Terminal([*REPSYNC, "rebuild"], environment) as terminal:
        terminal.shows(r"Rebuild\? \[y/N\]")
        terminal.type(answer)
        assert terminal.status() == status
        told = {0: "1 reps read", 1: "Nothing was changed."}
        assert [status for status, text in told.items() if text in terminal.shown] == [status]


def test_no_color_is_kept_to(environment: dict[str, str]) -> None:
    """The same line at a terminal has colours, and with NO_COLOR none."""
    shown = []
    for more in ({}, {"NO_COLOR": "1"}):
        with Terminal([*REPSYNC, "doctor", "--no-round-trip"], {**environment, **more}, columns=60) as terminal:
            assert terminal.status() == 1
            shown.append(terminal.shown)
    assert ["\x1b[31mfail" in each for each in shown] == [True, False]
    assert "\x1b" not in shown[1]
    assert max(len(line) for line in shown[1].splitlines()) <= 60


def test_a_pipe_that_closes_early_ends_it_quietly(environment: dict[str, str]) -> None:
    """As with `| head -1`: status 141, and nothing on standard error."""
    for arguments in (["rules", "show"], ["rules", "show", "--json"], ["reps", "list"]):
        running = started(
            [*REPSYNC, *arguments], env=environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.close()
        assert (running.wait(timeout=90), running.stderr.read()) == (141, "")


def test_what_the_encoding_lacks_is_a_question_mark(environment: dict[str, str]) -> None:
    """Names and arrows on an ASCII terminal: no traceback, and JSON that is whole."""
    plain = _run(environment, "reps", "list", PYTHONIOENCODING="ascii")
    assert (plain.returncode, "J?rg ?l" in plain.stdout, plain.stderr) == (0, True, "")
    told = json.loads(_run(environment, "reps", "list", "--json", PYTHONIOENCODING="ascii").stdout)
    assert "Jörg Öl" in {rep["name"] for rep in told["reps"]}
    assert _run(environment, "--help", PYTHONIOENCODING="ascii").returncode == 0


def test_json_is_all_that_is_on_standard_output(environment: dict[str, str]) -> None:
    """One object on one line; what was asked, progress and the log's warnings go to standard error."""
    done = _run(environment, "reps", "sync", "--all", "--yes", "--json")
    assert (done.returncode, done.stdout.count("\n")) == (3, 1)
    assert json.loads(done.stdout)["reps"][0]["outcome"] == "twenty_unavailable"
    assert "1 reps, of whom 1 wait to be published" in done.stderr
    assert '"event": "sync put off"' in done.stderr


def test_ctrl_c_is_how_the_sandbox_ends(environment: dict[str, str]) -> None:
    """Status 0; standard output is one JSON object, and the farewell is not in it."""
    command = [*REPSYNC, "sandbox", "--json", "--port", str(free_port())]
    running = started(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert running.stdout is not None
    assert json.loads(running.stdout.readline()).keys() == {"TWENTY_URL", "TWENTY_API_KEY", "faults"}
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=90)
    assert (running.returncode, out, err) == (0, "", "Stopping …\n")


@pytest.fixture
def shell(tmp_path: Path, environment: dict[str, str]) -> Terminal:
    """A bash that completes `repsync`."""
    (tmp_path / "repsync").write_text(f'#!/bin/sh\nexec {sys.executable} -c "{MAIN}" "$@"\n')
    (tmp_path / "repsync").chmod(0o755)
    where = {"PATH": f"{tmp_path}:{environment['PATH']}", "PS1": "$ ", "HISTFILE": "/dev/null"}
    terminal = Terminal(["bash", "--norc", "--noprofile", "-i"], {**environment, **where}, columns=200)
    terminal.type('eval "$(repsync completion bash)"; echo "re"ady\r')
    terminal.shows("[\r\n]ready")
    return terminal


MAIN = "from runtime.cli import main; main(prog_name='repsync')"


def test_bash_completes_commands_and_names(shell: Terminal) -> None:
    """A name is completed with its blank and its apostrophe taken care of, bare, in quotes, and in any case."""
    with shell:
        for typed, rep in (
            ("repsync reps sh\tjane\\ a\t", "m-1"),
            ('repsync reps show "Jane A\t', "m-1"),
            ("repsync reps show Jane\\ D\t", "m-2"),
            ("repsync reps show J\u00f6\t", "m-3"),
        ):
            shell.type(f"{typed}\r")
            shell.shows(rf"\({rep}\)")
        shell.type("repsync reps show Ev\t\x15exit\r")
        assert shell.status() == 0
        assert "Evil" not in shell.shown
