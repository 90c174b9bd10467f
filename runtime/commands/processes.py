"""`repsync start`, `worker` and `clock`: what runs until it is told to end."""

from collections.abc import Callable
from pathlib import Path

import click

from runtime.commands.options import examples
from runtime.settings import Settings
from runtime.startup import configured


@click.command(epilog=examples("repsync start", "repsync start --host 0.0.0.0 --port 80 --folder /var/lib/repsync"))
@click.option("--host", default="127.0.0.1", show_default=True, help="Where the receiver listens.")
@click.option("--port", type=click.IntRange(1, 65_535), default=8080, show_default=True, help="On which port.")
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(".repsync"),
    show_default=True,
    help="Where logs are, and the data of embedded stores.",
)
def start(host: str, port: int, folder: Path) -> None:
    """Runs receiver, workers and clock until Ctrl-C.

    With PostgreSQL and Valkey of its own, in the folder, where DATABASE_URL or REDIS_URL is not set; other commands
    that run in the same place meanwhile use them too. What dies is started again.
    """
    from runtime.start import run_all

    run_all(host, port, folder)


@click.command(epilog=examples("repsync worker"))
def worker() -> None:
    """Runs a worker.

    It digests deliveries, publishes standings and sweeps Twenty. Run several if one does not keep up, under something
    that starts them again.
    """
    from runtime.processes import run_worker

    _run(run_worker)


@click.command(epilog=examples("repsync clock"))
def clock() -> None:
    """Runs the clock.

    It wakes waiting work, ticks the sweep, and lets time pass for standings. One is enough.
    """
    from runtime.processes import run_clock_process

    _run(run_clock_process)


def _run(process: Callable[[Settings], None]) -> None:
    process(configured())
