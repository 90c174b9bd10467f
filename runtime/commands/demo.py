"""`repsync demo`: everything on this machine, and a sales floor at work."""

import sys
from pathlib import Path

import click

from runtime.commands.options import AS_JSON, examples
from runtime.demo.run import Show, run_demo
from runtime.demo.scenes import choose_scene
from runtime.demo.weather import WEATHERS
from runtime.exit_status import ExitStatus
from runtime.logs import configure_logs
from runtime.told_failures import Failed

WEATHER_HELP = "storm: webhooks lost, doubled, out of order, an hour of outage, calls refused."


@click.command(
    epilog=examples(
        "repsync demo",
        "repsync demo --once --weather storm --reps 20",
        "repsync demo --once --json | jq .lagMs",
        "repsync demo --deliveries day.jsonl --secret S --shuffle 7",
    )
)
@click.option("--once", is_flag=True, help="End when the scene is played, instead of staying up.")
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
@AS_JSON
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
    """Starts everything on this machine and lets a made-up sales floor work.

    Or plays a recorded day: JSON lines with `headers` and `raw`. It takes about a minute, needs no setting, then stays
    up until Ctrl-C and leaves nothing behind. Status 1 when a delivery was refused, or a figure is not what the floor
    reckons with.
    """
    configure_logs("WARNING")
    try:
        scene = choose_scene(deliveries, secret, shuffle, repeat, floor=(seed, reps, days), weather=WEATHERS[weather])
    except ValueError as wrong:
        raise Failed(str(wrong)) from None
    if not run_demo(scene, Show(once, as_json)):
        sys.exit(ExitStatus.FOUND)
