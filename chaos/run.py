"""A run: the floor works in the background, and everything that repsync is made of is killed."""

import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from random import Random

from redis import Redis
from rich.console import Console

from chaos.director import Director, Recovered
from chaos.kills import Kill, Strike, plan
from chaos.probe import Prober
from chaos.recovery import Recovery
from chaos.report import recovery_table, summary
from chaos.scene import ChaosScene, floor_of
from chaos.stirring import Stirring
from chaos.strikes import Striker
from chaos.tide import Tide
from chaos.verdict import Verdict, judge
from runtime.demo.settling import wait_until_settled, wait_until_told
from runtime.demo.stage import Stage, stage
from sandbox.floor import Performed
from twenty_client.pauses import RedisPauses


def run(seed: int, kills: int, deliveries: int, console: Console) -> bool:
    """Runs chaos once, prints the report, and returns whether nothing was lost, doubled or off.

    Errors: those of `runtime.startup.told_in_a_sentence`, `NotStruck`, `NotAccepted`, `NotRecovered`.
    """
    began_s, strikes = time.monotonic(), plan(seed, kills)
    with _folder() as points:
        scene = ChaosScene(floor_of(seed, deliveries), points)
        with stage(scene) as built:
            recovered, verdict = _play(built, scene, strikes, points, console)
    console.print(recovery_table(recovered))
    struck = sum(isinstance(strike, Kill) for strike in strikes)
    console.print(summary(verdict, struck, time.monotonic() - began_s))
    return verdict.holds


def _play(
    built: Stage, scene: ChaosScene, strikes: Sequence[Strike], points: Path, console: Console
) -> tuple[list[Recovered], Verdict]:
    """Kills from this thread: the stores that it starts again live as long as it does."""
    tide = Tide(scene.length, len(strikes))
    prober = Prober(f"{built.receiver_url}/webhooks/twenty", built.environment["TWENTY_WEBHOOK_SECRET"])
    redis = Redis.from_url(built.environment["REDIS_URL"])
    recovery = Recovery(built.engine, redis, RedisPauses(redis, built.environment["TWENTY_URL"]))
    striker = Striker(built, points, Random(scene.floor.seed), Stirring(built, prober))
    director = Director(striker, prober, recovery, built.twenty)
    recovered: list[Recovered] = []
    with _performed(built, scene, tide) as performing:
        for number, strike in enumerate(strikes):
            tide.rise_to(number, strike.at)
            recovered += (times := director.strike(strike))
            console.print(f"{number + 1:4} {_told(strike, times)}", highlight=False)
        tide.let_go()
        performed = performing.result()
    wait_until_told(built.twenty)
    wait_until_settled(built.engine, scene.settled_at, built.sweep_now)
    return recovered, judge(built, scene, performed, prober)


def _told(strike: Strike, times: Sequence[Recovered]) -> str:
    what = strike.victim if isinstance(strike, Kill) else strike.kind
    return f"{what:24} {' '.join(f'{each.seconds:6.2f} s' for each in times)}"


@contextmanager
def _performed(built: Stage, scene: ChaosScene, tide: Tide) -> Iterator[Future[Performed]]:
    """The floor at work in a thread of its own; on the way out it stops."""
    performer = scene.open(built)
    with ThreadPoolExecutor(1, "floor") as background:
        performing = background.submit(scene.perform, performer, tide.pace)
        performing.add_done_callback(lambda _: tide.ebb())
        try:
            yield performing
        finally:
            tide.call_off()


@contextmanager
def _folder() -> Iterator[Path]:
    """Where fault points are set."""
    folder = Path(tempfile.mkdtemp(prefix="repsync-chaos-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
