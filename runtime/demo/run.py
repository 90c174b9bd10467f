"""Running a demo: play the day, let it settle, show what came of it."""

import json
import signal
import time
from dataclasses import dataclass
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from ledger.engine import transaction
from ledger.reps import load_standings
from runtime.demo.day import Day
from runtime.demo.outcome import outcome
from runtime.demo.settling import wait_until_digested, wait_until_settled
from runtime.demo.stage import Stage, stage
from runtime.demo.table import print_outcome
from sandbox.player import play


@dataclass(frozen=True, slots=True)
class Show:
    """How a demo is run: in which order, how often, for whom, and whether it stays up."""

    shuffle: int | None = None
    repeat: int = 1
    once: bool = False
    as_json: bool = False


def run_demo(day: Day, show: Show) -> bool:
    """Runs the demo; False if the receiver refused a delivery.

    Errors: `NotReady`, `NotSettled`, `ReceiverAway`, `EmbeddedServerError`.
    """
    console = Console(stderr=show.as_json)
    console.print("Starting PostgreSQL, Valkey, a sandbox Twenty, the receiver and two workers …")
    with stage(day) as built:
        result = play_day(built, day, show, console)
        if show.as_json:
            click.echo(json.dumps(result))
        else:
            with transaction(built.engine) as connection:
                standings = load_standings(connection)
            print_outcome(console, result, standings)
        if result["refused"]:
            console.print(f"The receiver refused deliveries, by status: {result['refused']}. Is the secret right?")
        if not show.once:
            _stay_up(built, console)
    return not result["refused"]


def play_day(built: Stage, day: Day, show: Show, console: Console) -> dict[str, Any]:
    """Plays the day into the receiver, then sweeps once, and returns the outcome."""
    playlist = day.playlist(show.shuffle, show.repeat)
    with _progress(console) as progress:
        posted = progress.add_task("playing the day's webhooks", total=len(playlist))
        answers = play(
            playlist,
            f"{built.receiver_url}/webhooks/twenty",
            on_progress=lambda done: progress.update(posted, completed=done),
        )
        digesting = progress.add_task("digesting", total=None)
        wait_until_digested(built.engine, lambda: progress.advance(digesting, 0))
        sweeping = progress.add_task("sweeping and settling", total=None)
        built.start_sweeping()
        wait_until_settled(built.engine, day.as_of, lambda: progress.advance(sweeping, 0))
    refused = {str(status): count for status, count in answers.items() if status != 202}
    return outcome(built, answers.get(202, 0)) | {"refused": refused}


def _progress(console: Console) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console)


def _stay_up(built: Stage, console: Console) -> None:
    console.print(f"Receiver {built.receiver_url}  Twenty {built.twenty_url}  logs {built.logs}")
    console.print("Still running. Ctrl-C ends it.")
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        console.print("Stopping …")
