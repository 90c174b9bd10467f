"""Where there is no Chromium the browser tests are skipped, with one line that says so; CI needs one."""

import os

import pytest

NEEDED = os.environ.get("REPSYNC_NEEDS_CHROMIUM") == "1"
NO_CHROMIUM = "no chromium or no chromedriver here: apt-get install -y chromium chromium-driver"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line for all of them."""
    skipped = [each for each in terminalreporter.stats.get("skipped", ()) if NO_CHROMIUM in str(each.longrepr)]
    if skipped:
        terminalreporter.write_line(f"{len(skipped)} browser tests skipped: {NO_CHROMIUM}", yellow=True)
