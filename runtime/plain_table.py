"""Tables of texts that came from outside: each is shown as it is, and none is markup or steers the terminal."""

from typing import Any

from rich.box import SIMPLE
from rich.table import Table

from runtime.explain.words import plain


class PlainTable(Table):
    """A table whose title and cells are plain texts."""

    def __init__(self, title: str, **options: Any) -> None:
        super().__init__(title=plain(title, "table.title"), **options)

    def add_row(self, *cells: Any, **options: Any) -> None:
        """A row of texts."""
        super().add_row(*map(plain, cells), **options)


def table_of(title: str, *headings: str) -> PlainTable:
    """A table for people; a heading that begins with `>` is of numbers."""
    table = PlainTable(title, box=SIMPLE, padding=(0, 1, 0, 0))
    for heading in headings:
        table.add_column(heading.removeprefix(">"), justify="right" if heading[0] == ">" else "left", overflow="fold")
    return table
