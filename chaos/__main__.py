"""`python -m chaos`: see `make chaos`."""

import sys
from random import SystemRandom

import click
from rich.console import Console

from chaos.probe import NotAccepted
from chaos.recovery import NotRecovered
from chaos.run import run
from chaos.strikes import NotStruck
from runtime.logs import configure_logs
from runtime.told_failures import told_in_a_sentence


@click.command()
@click.option("--seed", type=int, help="Another floor and other kills; a random one without it.")
@click.option("--kills", type=click.IntRange(min=1), default=112, show_default=True, help="SIGKILLs.")
@click.option("--deliveries", type=click.IntRange(min=1), default=10_000, show_default=True, help="Webhooks.")
def main(*, seed: int | None, kills: int, deliveries: int) -> None:
    """Kills everything that repsync is made of while a sales floor works, and proves that nothing is lost or doubled.

    Exit status 1 when something is.
    """
    configure_logs("ERROR")
    seed = SystemRandom().randrange(10**6) if seed is None else seed
    console = Console()
    console.print(f"Seed {seed}: {kills} kills, {deliveries} deliveries")
    with told_in_a_sentence():
        try:
            held = run(seed, kills, deliveries, console)
        except (NotStruck, NotAccepted, NotRecovered) as stuck:
            sys.exit(f"chaos, seed {seed}: {stuck}")
    sys.exit(0 if held else 1)


if __name__ == "__main__":
    main()
