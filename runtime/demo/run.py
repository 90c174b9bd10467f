"""Running a demo: play the scene, let it settle, show what came of it."""

import secrets
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from accounts.user_changes import added_user
from ledger.engine import transaction
from ledger.published import load_standings
from ledger.users import User
from runtime.demo.outcome import outcome
from runtime.demo.scene import Scene
from runtime.demo.settling import wait_until_settled
from runtime.demo.stage import Stage, stage
from runtime.demo.table import reps_table, tables
from runtime.output import print_json


@dataclass(frozen=True, slots=True)
class Show:
    """How a demo is run: for whom, and whether it stays up."""

    once: bool = False
    as_json: bool = False


def run_demo(scene: Scene, show: Show) -> bool:
    """Runs the demo; False if the receiver refused a delivery, or a figure is not what the scene reckoned with.

    Errors: `NotReady`, `NotSettled`, `ReceiverAway`, `EmbeddedServerError`.
    """
    console = Console(stderr=show.as_json)
    console.print("Starting PostgreSQL, Valkey, a sandbox Twenty, the receiver and three workers …")
    with stage(scene) as built:
        entry = None if show.once else _open_console(built)
        if entry:
            console.print(entry, highlight=False, soft_wrap=True)
        result = _play(built, scene, console)
        if show.as_json:
            print_json(result)
        else:
            console.print(*tables(result, _standings(built)), sep="\n")
        for problem in _problems(result):
            console.print(problem)
        if entry:
            _stay_up(built, console, entry)
    return not list(_problems(result))


def _play(built: Stage, scene: Scene, console: Console) -> dict[str, Any]:
    progress = _progress(console)
    played = progress.add_task(scene.title, total=scene.length)
    with _watched(built, progress, console):
        answers = scene.play(built, lambda done: progress.update(played, completed=done))
        settling = progress.add_task("sweeping and settling", total=1)
        sweeps = wait_until_settled(built.engine, scene.settled_at, built.sweep_now)
        progress.update(settling, completed=1)
    return outcome(built, answers, scene.expected) | {"sweepsAfterwards": sweeps}


def _progress(console: Console) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console)


@contextmanager
def _watched(built: Stage, progress: Progress, console: Console) -> Iterator[None]:
    """On a terminal the table grows while the scene is played; elsewhere only the progress is shown."""

    def view() -> RenderableType:
        if not console.is_terminal:
            return progress
        return Group(reps_table(outcome(built, {}, None), _standings(built)), progress)

    with Live(get_renderable=view, console=console, refresh_per_second=2, transient=console.is_terminal):
        yield


def _standings(built: Stage) -> dict[str, dict[str, Any]]:
    with transaction(built.engine) as connection:
        return load_standings(connection)


def _problems(result: dict[str, Any]) -> Iterator[str]:
    if result["refused"]:
        yield f"The receiver refused deliveries, by status: {result['refused']}. Is the secret right?"
    if result["asExpected"] is False:
        yield "The standings are not what the floor itself reckons with."


def _open_console(built: Stage) -> str:
    """Where to look, and a user to sign in as."""
    password = secrets.token_urlsafe(9)
    with transaction(built.engine) as connection:
        user = added_user(connection, "demo", User("demo", "admin"), password)
    return f"Console  {built.receiver_url}/console/  sign in as {user.name}, password {password}"


def _stay_up(built: Stage, console: Console, entry: str) -> None:
    console.print(entry, highlight=False, soft_wrap=True)
    console.print(f"Receiver {built.receiver_url}  Twenty {built.twenty.url}  logs {built.logs}")
    console.print("Why does a rep stand where it stands? In another terminal:")
    console.print(f'export DATABASE_URL="{built.environment["DATABASE_URL"]}"', soft_wrap=True, highlight=False)
    console.print('.venv/bin/repsync reps list;  .venv/bin/repsync explain "a rep\'s name"', highlight=False)
    try:
        console.print("Still running. Ctrl-C ends it.")
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        console.print("Stopping …")
