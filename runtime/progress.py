"""How far a long command is."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from runtime.output import notes

LINE_EVERY_S = 10.0


@contextmanager
def progress(title: str) -> Iterator[Callable[[int, int], None]]:
    """Hears how much of how much is done: a bar on a terminal, elsewhere a line each ten seconds; standard error."""
    console, said_s = notes(), time.monotonic()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    bar = Progress(*columns, console=console, disable=not console.is_terminal, transient=True, redirect_stdout=False)
    with bar:
        task = bar.add_task(title, total=None)

        def tell(done: int, length: int) -> None:
            nonlocal said_s
            bar.update(task, completed=done, total=length)
            if not console.is_terminal and time.monotonic() - said_s >= LINE_EVERY_S:
                said_s = time.monotonic()
                console.print(f"{title}: {done:,} of {length:,}")

        yield tell
