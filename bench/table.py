"""The report, for people: a table in the terminal, and the same in Markdown."""

from collections.abc import Iterator, Mapping, Sequence

from rich.box import SIMPLE
from rich.table import Table

from bench.figures import Figure

HEADINGS = ("Measured", "Figure", "Beside", "Ratio", "Target", "")
RIGHT = ("Figure", "Ratio")


def report(found: Mapping[str, Sequence[Figure]]) -> Table:
    """A section for each measurement, a line for each figure."""
    table = Table(box=SIMPLE, padding=(0, 1))
    for heading in HEADINGS:
        table.add_column(heading, justify="right" if heading in RIGHT else "left")
    for name, figures in found.items():
        table.add_section()
        table.add_row(f"[bold]{name}[/bold]")
        for figure in figures:
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
