"""The steps of the flow with their figures, as the Now page shows them."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from accounts.floor_lights import Floor, Level, Light, Step, parked_now, worst
from handlers.console.filters import ago, number, percent, span
from ledger.delivery_totals import PENDING
from ledger.paces import MOST_COUNTED

Shown = Markup | str
Figures = tuple[tuple[str, Shown], ...]


@dataclass(frozen=True, slots=True)
class ShownStep:
    """A card: its figure with its words, more figures by name, and its light."""

    step: Step
    title: str
    figure: Shown
    unit: str
    more: Figures
    level: Level
    reason: str
    endpoint: str | None = None


def steps(floor: Floor, found: Sequence[Light]) -> dict[Step, ShownStep]:
    """All ten by name."""
    made = [*_way(floor), *_beside(floor)]
    shown: dict[Step, ShownStep] = {}
    for step, title, figure, unit, more, endpoint in made:
        ours = [light for light in found if light.step == step]
        reason = " ".join(light.reason for light in ours)
        shown[step] = ShownStep(step, title, figure, unit, more, worst(ours), reason, endpoint)
    return shown


Made = tuple[Step, str, Shown, str, Figures, str | None]


def _way(floor: Floor) -> Sequence[Made]:
    """From Twenty's webhook to Twenty's row."""
    figures, paces, totals = floor.figures, floor.paces, floor.figures.deliveries
    waiting = sum(count for (_, state), count in totals.standing().items() if state == PENDING)
    oldest_s = (floor.at - figures.oldest_pending_at).total_seconds() if figures.oldest_pending_at else None
    dirty_s = (floor.at - figures.reps.oldest_at).total_seconds() if figures.reps.oldest_at else None
    came = (("in all", number(sum(totals.received().values()))), ("repeats", number(sum(totals.duplicates().values()))))
    digested = sum(totals.outcomes().values())
    return (
        ("received", "Received", _counted(paces.received), "in the last minute", came, "console.deliveries"),
        ("waiting", "Waiting", number(waiting), "to be digested", (("oldest", span(oldest_s)),), "console.deliveries"),
        ("digested", "Digested", _counted(paces.digested), "in the last minute", (("in all", number(digested)),), None),
        (
            "reps",
            "Reps",
            number(figures.reps.dirty),
            "wait for their row",
            (("longest", span(dirty_s)),),
            "console.reps",
        ),
        (
            "written",
            "Written",
            _counted(paces.written),
            "rows of Twenty in the last minute",
            (("last", ago(paces.written_at)), ("refused", number(figures.reps.refused))),
            None,
        ),
    )


def _counted(count: int) -> str:
    return number(count) + ("+" if count == MOST_COUNTED else "")


def _beside(floor: Floor) -> Sequence[Made]:
    """What completes the picture, and what all of it stands on."""
    sweep, losses = floor.figures.sweep, floor.figures.losses.total
    interval_s = sweep.interval.total_seconds() if sweep.interval else None
    behind_s = (floor.twenty_at - sweep.watermark_at).total_seconds() if sweep.watermark_at else None
    swept_s = (floor.at - sweep.finished_at).total_seconds() if sweep.finished_at else None
    parked = parked_now(floor.figures)
    swept = (("every", span(interval_s)), ("watermark behind", span(behind_s, "not set")))
    return (
        ("sweep", "Sweep", span(swept_s, "never"), "since the last whole one", swept, None),
        (
            "losses",
            "Webhooks lost",
            percent(losses.share),
            "of a day's changes",
            (("lost", number(losses.lost)), ("told in time", number(losses.told))),
            None,
        ),
        _twenty(floor),
        (
            "parked",
            "Set aside",
            number(sum(parked.values())),
            "parked",
            tuple((reason, number(count)) for reason, count in sorted(parked.items())),
            "console.deliveries",
        ),
        _processes(floor),
    )


def _twenty(floor: Floor) -> Made:
    redis = floor.redis
    if redis is None:
        return "twenty", "Twenty's API", "–", "Redis is away", (), None
    gate = f"closed, {redis.pause_s:.0f} s more" if redis.pause_s else "open"
    budget = (("our share", f"{redis.calls_per_minute} a minute"), ("gate", gate))
    return "twenty", "Twenty's API", percent(redis.budget_left), "of the burst of calls is free", budget, None


def _processes(floor: Floor) -> Made:
    redis = floor.redis
    if redis is None:
        return "processes", "Processes", "–", "Redis is away", (), None
    alive = max(redis.workers.values(), default=0)
    more = (("clock's last tick", ago(redis.ticked_at)), ("failed jobs", number(redis.failed_jobs)))
    return "processes", "Processes", number(alive), "workers alive", more, "console.jobs"
