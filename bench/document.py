"""Writes figures into docs/performance.md, between the markers of each measurement; all else stays."""

import re
from datetime import UTC, datetime
from os import cpu_count
from pathlib import Path

from bench.figures import Measured
from bench.table import markdown

DOCUMENT = Path(__file__).parents[1] / "docs" / "performance.md"


class NoMarkers(Exception):
    """The document has no place for these figures; the message says which."""


def write_figures(found: Measured, document: Path = DOCUMENT) -> None:
    """Replaces what stands between `<!-- bench:NAME -->` and `<!-- /bench:NAME -->`. Errors: `NoMarkers`, `OSError`."""
    when = f"On {datetime.now(UTC):%Y-%m-%d}, {cpu_count()} cores, {found.circumstances}:"
    text = _replaced(document.read_text(encoding="utf-8"), found.name, f"{when}\n\n{markdown(found.figures)}\n")
    document.write_text(text, encoding="utf-8")


def _replaced(text: str, name: str, figures: str) -> str:
    begin, end = f"<!-- bench:{name} -->\n", f"<!-- /bench:{name} -->\n"
    written, places = re.subn(f"{begin}.*?{end}", lambda _: f"{begin}{figures}{end}", text, flags=re.DOTALL)
    if places != 1:
        raise NoMarkers(f"docs/performance.md needs {begin.strip()} and {end.strip()} once, each on a line of its own")
    return written
