"""Log lines: JSON for machines, quoted for people, and never an exception's message."""

import json
import subprocess
import sys

import structlog
from structlog.testing import capture_logs

from runtime.logs import configure_logs

PROGRAM = """
import logging, structlog
from runtime.logs import configure_logs
{before}
configure_logs("INFO")
with structlog.contextvars.bound_contextvars(delivery=7):
    structlog.get_logger().info("digested", processed=3, odd="\\x1b[31mred")
structlog.get_logger().debug("hidden")
try:
    raise ValueError("Kim Secret")
except ValueError:
    logging.getLogger("a.library").error("it failed", exc_info=True)
logging.getLogger("a.library").info("chatter")
"""


def _lines(before: str = "") -> list[str]:
    """What a process that logs so writes to standard error."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(before=before)], capture_output=True, text=True, check=True
    )
    assert done.stdout == ""
    return done.stderr.splitlines()


def test_lines_are_json_with_what_is_bound() -> None:
    """Each line is one JSON object with level and time; the delivery at hand is in it; debug lines are left out."""
    first, *rest = map(json.loads, _lines())
    assert first.pop("timestamp").endswith("Z")
    assert first == {"event": "digested", "level": "info", "processed": 3, "odd": "\x1b[31mred", "delivery": 7}
    assert len(rest) == 1


def test_what_libraries_log_is_json_without_the_message_of_an_exception() -> None:
    """A library's error is one JSON line that names its logger, the exception's class and place, not what it said."""
    lines = _lines()
    line = json.loads(lines[1])
    assert (line["event"], line["logger"], line["level"]) == ("it failed", "a.library", "error")
    assert line["error"] == "ValueError at <string>:10"
    assert "Kim" not in "".join(lines)


def test_at_a_terminal_lines_are_for_people_and_steer_nothing() -> None:
    """On a terminal lines are no JSON, and escapes in a value are shown, not obeyed."""
    line = _lines("import sys; sys.stderr.isatty = lambda: True")[0]
    assert "digested" in line
    assert not line.startswith("{")
    assert "\x1b[31mred" not in line
    assert "x1b[31mred" in line


def test_a_logger_follows_the_latest_configuration() -> None:
    """One that has written before obeys what is configured after it: commands in one process are told apart."""
    log = structlog.get_logger()
    configure_logs("ERROR")
    log.error("before")
    configure_logs("INFO")
    with capture_logs() as lines:
        log.info("after")
    assert lines == [{"event": "after", "log_level": "info"}]
