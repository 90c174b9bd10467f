"""Tables of texts that came from outside: each is shown as it is, and none is markup or steers the terminal."""

from typing import Any

from rich.table import Table

from runtime.explain.words import plain


class PlainTable(Table):
    """A table whose title and cells are plain texts."""

    def __init__(self, title: str, **options: Any) -> None:
        super().__init__(title=plain(title, "table.title"), **options)

    def add_row(self, *cells: Any, **options: Any) -> None:
        """A row of texts."""
        super().add_row(*map(plain, cells), **options)
