"""The report, for people: a table in the terminal, and the same in Markdown."""

from collections.abc import Iterator, Mapping

from rich.box import SIMPLE
from rich.table import Table

from bench.figures import Figure, Findings

HEADINGS = ("Measured", "Figure", "Target", "")


def report(found: Mapping[str, Findings]) -> Table:
    """A section for each measurement, a line for each figure."""
    table = Table(box=SIMPLE, padding=(0, 1))
    for heading in HEADINGS:
        table.add_column(heading, justify="right" if heading in ("Figure", "Target") else "left")
    for findings in found.values():
        table.add_section()
        table.add_row(f"[bold]{findings.title}[/bold]")
        for figure in findings.figures:
            table.add_row(*_cells(figure))
    return table


def markdown(findings: Findings) -> str:
    """How it was measured, and a table."""
    return "\n".join([findings.how, "", *_lines(findings)])


def _lines(findings: Findings) -> Iterator[str]:
    yield f"| {' | '.join(HEADINGS)} |"
    yield "| --- | ---: | ---: | --- |"
    for figure in findings.figures:
        yield f"| {' | '.join(_cells(figure))} |"


def _cells(figure: Figure) -> tuple[str, str, str, str]:
    target = figure.target
    if target is None:
        return figure.what, _told(figure.value, figure.unit), "", ""
    bound = f"{target.sense} {_told(target.bound, figure.unit)}"
    return figure.what, _told(figure.value, figure.unit), bound, "met" if target.is_met(figure.value) else "MISSED"


def _told(value: float, unit: str) -> str:
    """Three digits that say something."""
    places = 0 if value == int(value) or abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{places}f} {unit}".rstrip()
