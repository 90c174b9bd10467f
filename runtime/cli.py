"""The `repsync` command."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from ledger.errors import LedgerUnavailable
from runtime.error_reports import configure_error_reports
from runtime.logs import configure_logs
from runtime.settings import Settings, SettingsError, read_settings


@click.group()
@click.version_option(package_name="repsync")
def main() -> None:
    """Keeps a sales team's progression in Twenty CRM true."""


def _run(process: Callable[[Settings], None]) -> None:
    with told_in_a_sentence():
        process(configured())


def configured() -> Settings:
    """The settings, with logs and error reports set up by them. Errors: `SettingsError`."""
    settings = read_settings()
    configure_logs(settings.log_level)
    configure_error_reports(settings.sentry_dsn)
    return settings


@contextmanager
def told_in_a_sentence() -> Iterator[None]:
    """What stops a start, or a demo, ends the command with one sentence and status 1."""
    from runtime.demo.settling import NotSettled
    from runtime.local import NotReady
    from sandbox.embedded import EmbeddedServerError
    from sandbox.player import ReceiverAway

    try:
        yield
    except (SettingsError, EmbeddedServerError, NotReady, NotSettled, ReceiverAway) as stopped:
        sys.exit(f"repsync: {stopped}")
    except LedgerUnavailable as away:
        sys.exit(f"repsync: PostgreSQL is unavailable ({away})")


@main.command()
def worker() -> None:
    """Runs a worker: digests deliveries, publishes standings, sweeps Twenty."""
    from runtime.processes import run_worker

    _run(run_worker)


@main.command()
def clock() -> None:
    """Runs the clock: wakes waiting work, ticks the sweep, lets time pass for standings."""
    from runtime.processes import run_clock_process

    _run(run_clock_process)


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Where the receiver listens.")
@click.option("--port", default=8080, show_default=True, help="On which port.")
@click.option("--folder", type=click.Path(path_type=Path), default=Path(".repsync"), show_default=True)
def start(host: str, port: int, folder: Path) -> None:
    """Runs receiver, worker and clock until Ctrl-C, with embedded stores where no URL is set."""
    from runtime.start import run_all

    with told_in_a_sentence():
        run_all(host, port, folder)


@main.command()
@click.option("--once", is_flag=True, help="End when the day is played, instead of staying up.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object last on standard output.")
@click.option("--deliveries", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A recorded day.")
@click.option("--secret", help="The secret that the recorded day was signed with.")
@click.option("--shuffle", type=int, metavar="SEED", help="Play in another order.")
@click.option("--repeat", type=click.IntRange(min=1), default=1, show_default=True, help="Play each line N times.")
def demo(
    *, once: bool, as_json: bool, deliveries: Path | None, secret: str | None, shuffle: int | None, repeat: int
) -> None:
    """Starts everything on this machine and plays a recorded day of webhooks through it."""
    from runtime.demo.day import RECORDED_SECRET, read_day, shipped_day
    from runtime.demo.run import Show, run_demo

    configure_logs("WARNING")
    try:
        day = read_day(deliveries, secret or RECORDED_SECRET) if deliveries else shipped_day()
    except ValueError as wrong:
        raise click.ClickException(str(wrong)) from None
    with told_in_a_sentence():
        all_accepted = run_demo(day, Show(shuffle, repeat, once, as_json))
    if not all_accepted:
        sys.exit(1)


if __name__ == "__main__":
    main()
