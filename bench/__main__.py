"""`python -m bench`: see `make bench`."""

from collections.abc import Callable, Mapping, Sequence

import click
from rich.console import Console

from bench import accepting, backfill, digesting, growth, histories, lag, scaling, soak, writing_back
from bench.document import write_figures
from bench.figures import Figure
from bench.table import report
from runtime.logs import configure_logs
from runtime.told_failures import told_in_a_sentence

# Each takes whether it is to be quick: less of everything.
MEASUREMENTS: Mapping[str, Callable[[bool], Sequence[Figure]]] = {
    "accepting": accepting.measure,
    "digesting": digesting.measure,
    "writing-back": writing_back.measure,
    "lag": lag.measure,
    "growth": growth.measure,
    "histories": histories.measure,
    "backfill": backfill.measure,
    "scaling": scaling.measure,
}
LONG: Mapping[str, Callable[[bool], Sequence[Figure]]] = {"soak": soak.measure}  # hours: only when named


@click.command()
@click.argument("names", nargs=-1, type=click.Choice([*MEASUREMENTS, *LONG]))
@click.option("--quick", is_flag=True, help="Less of everything, for a first look; docs/performance.md stays.")
def main(*, names: Sequence[str], quick: bool) -> None:
    """Measures what is named, or all but `soak`, prints a table and writes the figures into docs/performance.md.

    Nothing fails by a figure: a target that was missed is called so.
    """
    configure_logs("ERROR")
    console, found = Console(), {}
    with told_in_a_sentence():
        for name in names or MEASUREMENTS:
            console.print(f"{name} …")
            found[name] = {**MEASUREMENTS, **LONG}[name](quick)
            if not quick:
                write_figures({name: found[name]})
        console.print(report(found))


if __name__ == "__main__":
    main()
