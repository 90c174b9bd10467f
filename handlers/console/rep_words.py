"""How metrics, marks, badges and steps are called on the reps' pages."""

from collections.abc import Mapping
from types import MappingProxyType

from programs.progression.metric_marks import Mark
from programs.progression.progress import Step, Trend

METRICS: Mapping[str, str] = MappingProxyType(
    {
        "sub30sDropRate": "< 30 s",
        "twoPlusMinRate": "> 2 min",
        "callToApptRate": "Appts",
        "cadenceCompletionRate": "Cadence",
        "showRate": "Shows",
    }
)
METRIC_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "sub30sDropRate": "Calls under 30 seconds",
        "twoPlusMinRate": "Calls beyond two minutes",
        "callToApptRate": "Calls to an appointment",
        "cadenceCompletionRate": "Full cadence",
        "showRate": "Appointments held",
    }
)
METRIC_MEANINGS: Mapping[str, str] = MappingProxyType(
    {
        "sub30sDropRate": "Calls that ended within 30 seconds, of all calls. Less is better.",
        "twoPlusMinRate": "Calls that went beyond two minutes, of all calls.",
        "callToApptRate": "Appointments set, of all calls.",
        "cadenceCompletionRate": "Leads with every touch of the cadence, of the leads called.",
        "showRate": "Appointments that were held, of those set.",
    }
)
TRENDS: Mapping[Trend, str] = MappingProxyType(
    {"up": "improving", "even": "steady", "down": "behind", "stalled": "stalled", "idle": "idle"}
)
TREND_MEANINGS: Mapping[Trend, str] = MappingProxyType(
    {
        "up": "More XP than in the week before.",
        "even": "As much XP as in the week before.",
        "down": "Less XP than in the week before.",
        "stalled": "Worked the week before, and did nothing in the last seven days.",
        "idle": "Did nothing in the last two weeks.",
    }
)


def mark_words(mark: Mark) -> str:
    """`E-4: below 50 %`, `Opener Elite silver: below 40 %`."""
    bound = "below" if mark.below else "above" if mark.strict else "at least"
    return f"{badge_words(mark.of)}: {bound} {mark.percent} %"


def badge_words(badge: str) -> str:
    """`Opener Elite bronze` for `opener_elite.bronze`; a rank's code stays as it is."""
    name, _, tier = badge.partition(".")
    told = name.replace("_", " ").title() if "_" in name or name.islower() else name
    return f"{told} {tier}".strip()


def step_words(step: Step) -> str:
    """What is better, as a sentence's beginning."""
    more = step.now - step.before
    return {
        "xp": f"{step.now:,} XP, {more:,} more than the week before",
        "calls": f"{step.now:,} calls, {more:,} more than the week before",
        "appointments": f"{_counted(step.now, 'appointment')} set, {more:,} more than the week before",
        "over_two_minutes": f"{step.now} % of the calls went beyond two minutes, up from {step.before} %",
        "sub_thirty": f"{step.now} % of the calls ended within 30 seconds, down from {step.before} %",
    }[step.subject]


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}" + ("" if count == 1 else "s")
