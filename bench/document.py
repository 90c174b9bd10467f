"""Writes figures into docs/performance.md, between the markers of each measurement; all else stays."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from os import cpu_count
from pathlib import Path

from bench.figures import Findings
from bench.table import markdown

DOCUMENT = Path(__file__).parents[1] / "docs" / "performance.md"


class NoMarkers(Exception):
    """The document has no place for these figures; the message says which."""


def write_figures(found: Mapping[str, Findings], document: Path = DOCUMENT) -> None:
    """Replaces what stands between `<!-- bench:NAME -->` and `<!-- /bench:NAME -->`. Errors: `NoMarkers`, `OSError`."""
    text = document.read_text(encoding="utf-8")
    for name, findings in found.items():
        text = _replaced(text, name, f"{_when()}\n\n{markdown(findings)}")
    document.write_text(text, encoding="utf-8")


def _replaced(text: str, name: str, figures: str) -> str:
    begin, end = f"<!-- bench:{name} -->", f"<!-- /bench:{name} -->"
    between = re.compile(f"(?<={re.escape(begin)}\n).*?(?={re.escape(end)})", re.DOTALL)
    written, places = between.subn(lambda _: f"{figures}\n", text)
    if places != 1:
        raise NoMarkers(f"docs/performance.md needs {begin} and {end} once, each on a line of its own")
    return written


def _when() -> str:
    return f"On {datetime.now(UTC):%Y-%m-%d}, {cpu_count()} cores."
