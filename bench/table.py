"""The report, for people: a table in the terminal, and the same in Markdown."""

from collections.abc import Iterator, Sequence

from rich.box import SIMPLE
from rich.markup import escape
from rich.table import Table

from bench.figures import Figure, Measured

HEADINGS = ("Measured", "Figure", "Beside", "Ratio", "Target", "")
RIGHT = ("Figure", "Ratio")


def report(found: Sequence[Measured]) -> Table:
    """A section for each measurement, which says how long it took, and a line for each figure."""
    table = Table(box=SIMPLE, padding=(0, 1))
    for heading in HEADINGS:
        table.add_column(heading, justify="right" if heading in RIGHT else "left")
    for each in found:
        table.add_section()
        failed = [escape(each.failure), "", "", "FAILED"] if each.failure else []
        table.add_row(f"[bold]{each.name}[/bold]", each.circumstances, *failed)
        for figure in each.figures:
            table.add_row(*_cells(figure))
    return table


def markdown(figures: Sequence[Figure]) -> str:
    """A table."""
    return "\n".join(_lines(figures))


def _lines(figures: Sequence[Figure]) -> Iterator[str]:
    yield f"| {' | '.join(HEADINGS)} |"
    yield f"| {' | '.join('---:' if heading in RIGHT else '---' for heading in HEADINGS)} |"
    for figure in figures:
        yield f"| {' | '.join(_cells(figure))} |"


def _cells(figure: Figure) -> tuple[str, ...]:
    met = "" if figure.met is None else "met" if figure.met else "MISSED"
    ratio = "" if figure.ratio is None else number(figure.ratio)
    return figure.name, f"{number(figure.value)} {figure.unit}".rstrip(), figure.against, ratio, figure.target, met


def number(value: float) -> str:
    """Three digits that say something."""
    places = 0 if value == int(value) or abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{places}f}"
