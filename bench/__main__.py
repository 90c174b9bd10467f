"""`python -m bench`: see `make bench`."""

import sys
import time
from collections.abc import Callable, Mapping, Sequence

import click
from rich.console import Console

from bench import accepting, backfill, digesting, growth, histories, lag, scaling, soak, writing_back
from bench.calm import Watch
from bench.document import write_figures
from bench.figures import Figure, Measured
from bench.table import report
from runtime.exit_status import ExitStatus
from runtime.logs import configure_logs
from runtime.told_failures import told_in_a_sentence

Measurement = Callable[[bool], Sequence[Figure]]

# Each takes whether it is to be quick: less of everything.
MEASUREMENTS: Mapping[str, Measurement] = {
    "accepting": accepting.measure,
    "digesting": digesting.measure,
    "writing-back": writing_back.measure,
    "lag": lag.measure,
    "growth": growth.measure,
    "histories": histories.measure,
    "backfill": backfill.measure,
    "scaling": scaling.measure,
}
LONG: Mapping[str, Callable[[bool], Sequence[Figure]]] = {"soak": soak.measure}  # some 20 minutes: only when named


@click.command()
@click.argument("names", nargs=-1, type=click.Choice([*MEASUREMENTS, *LONG]))
@click.option("--quick", is_flag=True, help="Less of everything, for a first look; docs/performance.md stays.")
def main(*, names: Sequence[str], quick: bool) -> None:
    """Measures what is named, or all but `soak`, prints a table and writes the figures into docs/performance.md.

    Nothing fails by a figure: a target that was missed is called so. A measurement that breaks off is told as failed
    and the status is 1; the others are made all the same.
    """
    configure_logs("ERROR")
    console, found = Console(), []
    with told_in_a_sentence():
        for name in names or MEASUREMENTS:
            console.print(f"{name} …")
            found.append(measured(name, {**MEASUREMENTS, **LONG}[name], quick=quick, console=console))
            if not quick and not found[-1].failure:
                write_figures(found[-1])
        console.print(report(found))
    if any(each.failure for each in found):
        sys.exit(ExitStatus.FOUND)


def measured(name: str, measure: Measurement, *, quick: bool, console: Console) -> Measured:
    """What it found, or why it broke off; where, the console shows."""
    began_s, watch = time.monotonic(), Watch()
    try:
        figures = measure(quick)
    except Exception as error:
        console.print_exception()
        failure = f"{type(error).__name__}: {error}"
        return Measured(name, time.monotonic() - began_s, watch.taken_share, failure=failure)
    return Measured(name, time.monotonic() - began_s, watch.taken_share, figures)


if __name__ == "__main__":
    main()
