"""From figures to lights: green, amber or red at each step of the flow, with the reason and what to do. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from accounts.floor_sight import RedisSight
from accounts.thresholds import (
    BUDGET_LEFT,
    CLOCK_S,
    DIRTY_S,
    LOST_FROM,
    LOST_SHARE,
    PENDING_S,
    SWEEP_S,
    WATERMARK_S,
    Limits,
)
from ledger.figures import Figures
from ledger.paces import Paces

Level = Literal["green", "amber", "red"]
Step = Literal["received", "waiting", "digested", "reps", "written", "sweep", "losses", "twenty", "parked", "processes"]
Page = Literal["deliveries", "jobs", "reps", "unattributed"]
WORST_FIRST: tuple[Level, ...] = ("red", "amber", "green")


@dataclass(frozen=True, slots=True)
class Light:
    """What is the matter at a step, in words, and what to do about it; `page` is where."""

    step: Step
    level: Level
    reason: str
    cure: str
    page: Page | None = None


@dataclass(frozen=True, slots=True)
class Floor:
    """One look at everything. `redis` None: it is away. `at` is our clock, `twenty_at` Twenty's (a replay's own)."""

    figures: Figures
    paces: Paces
    redis: RedisSight | None
    at: datetime
    twenty_at: datetime


def lights(floor: Floor) -> list[Light]:
    """All that is amber or red, the worst first and causes before what follows of them; nothing when all is well."""
    found = [*_redis(floor), *_waiting(floor), *_reps(floor), *_sweep(floor), *_losses(floor), *_parked(floor)]
    return sorted(found, key=lambda light: WORST_FIRST.index(light.level))


def worst(found: Sequence[Light]) -> Level:
    """The level of them together."""
    return min((light.level for light in found), key=WORST_FIRST.index, default="green")


def said(seconds: float) -> str:
    """`42 s`, `3 min`, `2 h`, `4 d`."""
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * size or seconds == size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"


def _level(value: float, limits: Limits) -> Level | None:
    if value > limits.still:
        return "red"
    return "amber" if value > limits.slow else None


def _age_s(at: datetime, then: datetime) -> float:
    return max((at - then).total_seconds(), 0.0)


def _waiting(floor: Floor) -> Iterator[Light]:
    oldest_at = floor.figures.oldest_pending_at
    if oldest_at and (level := _level(_age_s(floor.at, oldest_at), PENDING_S)):
        age = said(_age_s(floor.at, oldest_at))
        pace = floor.paces.digested
        told = f"A delivery has waited {age} to be digested; "
        told += f"{pace:,} were digested in the last minute." if pace else "nothing was digested in the last minute."
        yield Light(
            "waiting", level, told, "Look whether workers run; if they do, see what their logs say of the digest."
        )


def _reps(floor: Floor) -> Iterator[Light]:
    put_off = floor.figures.put_off_until
    if put_off and put_off > floor.at:
        told = "The workspace can't take rows as it is set up: nothing is published."
        yield Light("written", "red", told, "Run `repsync doctor`, then `repsync setup`.")
    reps = floor.figures.reps
    if reps.oldest_at and (level := _level(_age_s(floor.at, reps.oldest_at), DIRTY_S)):
        told = f"A rep's row in Twenty is {said(_age_s(floor.at, reps.oldest_at))} behind."
        yield Light("reps", level, told, "Look at Twenty's API and at the workers below.")
    if reps.refused:
        told = f"Twenty refuses the rows of {_of(reps.refused, 'rep')}."
        yield Light("written", "amber", told, "Each says why; mend the row in Twenty, then sync it.", "reps")


def _sweep(floor: Floor) -> Iterator[Light]:
    sweep = floor.figures.sweep
    if sweep.finished_at is None:
        yield Light("sweep", "amber", "No sweep has ended yet.", "The first reads all of Twenty: give it time.")
    elif level := _level(_age_s(floor.at, sweep.finished_at), SWEEP_S):
        told = f"No sweep has ended for {said(_age_s(floor.at, sweep.finished_at))}."
        yield Light("sweep", level, told, "Look at the clock and at Twenty's API; `repsync sweep` does one now.")
    if sweep.watermark_at and (level := _level(_age_s(floor.twenty_at, sweep.watermark_at), WATERMARK_S)):
        told = f"The watermark lies {said(_age_s(floor.twenty_at, sweep.watermark_at))} back: ranks, deals and"
        told += " appointments since then wait."
        yield Light("sweep", level, told, "It moves when a sweep has ended and what it brought is digested.")


def _losses(floor: Floor) -> Iterator[Light]:
    for name, count in floor.figures.losses.by_object.items():
        level = _level(count.share, LOST_SHARE)
        if level and count.lost > LOST_FROM:
            share = f"{count.share * 100:.0f} % of a day's changes of {name} ({count.lost} of {count.of})"
            cure = "The sweep brought them, only later. Run `repsync doctor`: is Twenty's webhook as it should be?"
            yield Light("losses", level, f"{share} came by no webhook.", cure)


def _parked(floor: Floor) -> Iterator[Light]:
    parked = parked_now(floor.figures)
    strange = sum(count for reason, count in parked.items() if reason != "unattributed")
    if strange:
        told = f"{_of(strange, 'delivery', 'deliveries')} could not be read or digested."
        yield Light("parked", "amber", told, "Each says why, and can be tried again or dismissed.", "deliveries")
    if nobodys := parked.get("unattributed", 0):
        told = f"{_of(nobodys, 'delivery', 'deliveries')} {'are' if nobodys > 1 else 'is'} nobody's so far."
        yield Light("parked", "amber", told, "Say whose they are.", "unattributed")


def parked_now(figures: Figures) -> Mapping[str, int]:
    """How many deliveries are set aside, by why: `unattributed`, `unreadable`, `failed`."""
    found: dict[str, int] = {}
    for (_, state), count in figures.deliveries.standing().items():
        if state.startswith("parked:") and count:
            reason = state.removeprefix("parked:")
            found[reason] = found.get(reason, 0) + count
    return found


def _redis(floor: Floor) -> Iterator[Light]:
    if floor.redis is None:
        told = "Redis does not answer: nothing wakes the workers."
        yield Light("processes", "red", told, "Look whether Redis runs. Deliveries are stored meanwhile.")
        return
    yield from _twenty(floor.redis)
    yield from _processes(floor.redis, floor.at)


def _twenty(redis: RedisSight) -> Iterator[Light]:
    if redis.pause_s > 0:
        told = f"All calls to Twenty pause for {redis.pause_s:.0f} s more ({redis.pause_reason or 'unknown'})."
        yield Light("twenty", "red", told, "Look whether Twenty answers and the API key holds. Work goes on by itself.")
    elif redis.budget_left < BUDGET_LEFT:
        told = f"Nearly all of our {redis.calls_per_minute} calls a minute are used."
        yield Light("twenty", "amber", told, "After much work that passes; else see who else uses the workspace's API.")


def _processes(redis: RedisSight, at: datetime) -> Iterator[Light]:
    unserved = sorted(queue.rpartition("-")[2] for queue, count in redis.workers.items() if not count)
    if unserved:
        told = "No worker runs." if len(unserved) == len(redis.workers) else f"No worker serves {', '.join(unserved)}."
        yield Light("processes", "red", told, "Start `repsync worker`, under something that restarts it.")
    if redis.ticked_at is None or (level := _level(_age_s(at, redis.ticked_at), CLOCK_S)) == "red":
        yield Light("processes", "red", "The clock has stopped: nothing is swept.", "Start `repsync clock`, once.")
    elif level:
        told = f"The clock's last tick was {said(_age_s(at, redis.ticked_at))} ago."
        yield Light("processes", level, told, "See its log.")
    if redis.failed_jobs:
        told = f"{_of(redis.failed_jobs, 'job')} failed for good in the last day."
        yield Light("processes", "amber", told, "Each can be run again.", "jobs")


def _of(count: int, one: str, more: str = "") -> str:
    return f"{count:,} {one if count == 1 else more or one + 's'}"
