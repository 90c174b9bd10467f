"""What `make bench` shows and writes."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from rich.console import Console

from bench import __main__ as command
from bench.__main__ import LONG, MEASUREMENTS
from bench.document import DOCUMENT, NoMarkers, write_figures
from bench.figures import Figure, Measured, told
from bench.lag import floor_s
from bench.table import markdown, number, report

FIGURES = [Figure("notes a second", 1234.5, "/s", "limit: 2,469 /s", 0.5, "≥ 0.25", True), told("wait", 0.125, "ms")]


def test_figures_go_between_their_markers_and_replace_those_of_the_last_run(tmp_path: Path) -> None:
    """Prose stays, and so do another measurement's figures."""
    document = tmp_path / "performance.md"
    place = "<!-- bench:{0} -->\n{0} before\n<!-- /bench:{0} -->\n"
    document.write_text(f"Prose.\n{place.format('lag')}More.\n{place.format('growth')}", encoding="utf-8")
    write_figures(Measured("lag", 12.3, 0.07, FIGURES), document)
    write_figures(Measured("lag", 12.3, 0.07, FIGURES), document)
    text = document.read_text(encoding="utf-8")
    assert text.startswith("Prose.\n<!-- bench:lag -->\nOn 2")
    assert text.count("notes a second") == 1
    assert text.endswith(f"<!-- /bench:lag -->\nMore.\n{place.format('growth')}")
    assert "lag before" not in text


def test_a_document_without_a_place_is_named(tmp_path: Path) -> None:
    """Figures are not dropped in silence."""
    document = tmp_path / "performance.md"
    document.write_text("Prose.\n", encoding="utf-8")
    with pytest.raises(NoMarkers, match="bench:lag"):
        write_figures(Measured("lag", 12.3, 0.07, FIGURES), document)


@pytest.mark.parametrize("name", [*MEASUREMENTS, *LONG])
def test_each_measurement_has_its_place_in_the_document(name: str) -> None:
    """A run of ten minutes does not end in an error."""
    assert DOCUMENT.read_text(encoding="utf-8").count(f"<!-- bench:{name} -->\n") == 1


def test_a_line_says_whether_a_target_was_met() -> None:
    """And nothing where none is set."""
    missed = Figure("wait", 26, "ms", "", None, "≤ 25 ms", False)
    lines = markdown([*FIGURES, missed]).splitlines()[2:]
    assert [line.split("|")[-2].strip() for line in lines] == ["met", "", "MISSED"]


@pytest.mark.parametrize(("value", "shown"), [(1234.5, "1,234"), (12.34, "12.3"), (0.125, "0.12"), (3.0, "3")])
def test_figures_show_three_digits_that_say_something(value: float, shown: str) -> None:
    """More would be noise."""
    assert number(value) == shown


def test_a_measurement_that_breaks_off_takes_no_other_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told as failed with its reason, and the status says so; those after it are made all the same."""

    def broken(_: bool) -> list[Figure]:
        raise RuntimeError("no place [left]")

    monkeypatch.setattr(command, "MEASUREMENTS", {**MEASUREMENTS, "lag": broken, "growth": lambda _: FIGURES})
    told_of = CliRunner().invoke(command.main, ["--quick", "lag", "growth"], env={"COLUMNS": "200"})
    assert told_of.exit_code == 1
    assert "RuntimeError: no place [left]" in told_of.output
    assert "FAILED" in told_of.output
    assert "notes a second" in told_of.output


def test_each_measurement_says_how_long_it_took() -> None:
    """In the table as in the document."""
    console = Console(width=200)
    with console.capture() as shown:
        console.print(report([Measured("lag", 12.3, 0.07, FIGURES)]))
    assert "in 12 s, 7% of the processors' time taken by others" in shown.get()


@pytest.mark.parametrize(
    ("reps", "calls_a_minute", "seconds"), [(60, 80, 1.5), (60, 20, 6.0), (61, 80, 3.0), (600, 80, 15.0), (1, 2, 60.0)]
)
def test_the_floor_of_the_lag_follows_from_the_budget(reps: int, calls_a_minute: int, seconds: float) -> None:
    """A round is two calls for 60 reps; nothing that was measured comes into it."""
    assert floor_s(reps, calls_a_minute) == pytest.approx(seconds)
