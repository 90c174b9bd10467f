"""The `repsync` command."""

import sys
from collections.abc import Callable
from pathlib import Path

import click

from runtime.commands.audit import audit
from runtime.commands.backfill import backfill
from runtime.commands.doctor import doctor
from runtime.commands.explain import explain
from runtime.commands.rebuild import rebuild
from runtime.commands.reps import reps as reps_commands
from runtime.commands.rules import rules
from runtime.commands.setup import setup
from runtime.commands.sweep import sweep
from runtime.commands.tokens import tokens
from runtime.commands.users import users
from runtime.demo.weather import WEATHERS
from runtime.logs import configure_logs
from runtime.running_stores import use_running_stores
from runtime.settings import Settings
from runtime.startup import configured, told_in_a_sentence

WEATHER_HELP = "storm: webhooks lost, doubled, out of order, an hour of outage, calls refused."


PROCESSES = ("worker", "clock", "start", "sandbox", "demo")


@click.group()
@click.version_option(package_name="repsync")
@click.pass_context
def main(context: click.Context) -> None:
    """Keeps a sales team's progression in Twenty CRM true."""
    if context.invoked_subcommand not in PROCESSES:
        use_running_stores()


main.add_command(explain)


def _run(process: Callable[[Settings], None]) -> None:
    with told_in_a_sentence():
        process(configured())


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
@click.option("--port", default=3000, show_default=True, help="Where it listens, on the loopback interface.")
@click.option("--version", type=click.Choice(["2.21", "older", "newer"]), default="2.21", show_default=True)
@click.option("--tokens", type=click.IntRange(min=1), default=100, show_default=True, help="API calls a minute.")
@click.option("--api-key", help="The key that it accepts; a new one, which is printed, without it.")
def sandbox(port: int, version: str, tokens: int, api_key: str | None) -> None:
    """Runs the sandbox Twenty alone, in memory, for those who write integrations against Twenty."""
    from runtime.sandbox_command import run_sandbox

    with told_in_a_sentence():
        run_sandbox(port, version, tokens, api_key)


@main.command()
@click.option("--once", is_flag=True, help="End when the scene is played, instead of staying up.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object last on standard output.")
@click.option("--reps", type=click.IntRange(1, 200), default=10, show_default=True, help="Reps on the sales floor.")
@click.option("--days", type=click.IntRange(1, 60), default=3, show_default=True, help="Working days of the floor.")
@click.option("--seed", type=int, default=1, show_default=True, help="Another floor.")
@click.option("--weather", type=click.Choice(list(WEATHERS)), default="calm", show_default=True, help=WEATHER_HELP)
@click.option(
    "--deliveries", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A recorded day instead."
)
@click.option("--secret", help="The secret that the recorded day was signed with.")
@click.option("--shuffle", type=int, metavar="SEED", help="Play the recorded day in another order.")
@click.option("--repeat", type=click.IntRange(min=1), default=1, show_default=True, help="Play each line N times.")
def demo(
    *,
    once: bool,
    as_json: bool,
    reps: int,
    days: int,
    seed: int,
    weather: str,
    deliveries: Path | None,
    secret: str | None,
    shuffle: int | None,
    repeat: int,
) -> None:
    """Starts everything on this machine and lets a made-up sales floor work, or plays a recorded day."""
    from runtime.demo.run import Show, run_demo
    from runtime.demo.scenes import choose_scene

    configure_logs("WARNING")
    try:
        scene = choose_scene(deliveries, secret, shuffle, repeat, floor=(seed, reps, days), weather=WEATHERS[weather])
    except ValueError as wrong:
        raise click.ClickException(str(wrong)) from None
    with told_in_a_sentence():
        went_well = run_demo(scene, Show(once, as_json))
    if not went_well:
        sys.exit(1)


main.add_command(setup)
main.add_command(doctor)
main.add_command(backfill)

main.add_command(reps_commands)
main.add_command(rules)
main.add_command(rebuild)
main.add_command(sweep)
main.add_command(audit)
main.add_command(users)
main.add_command(tokens)

if __name__ == "__main__":
    main()
