"""What a fold over facts grants, and work that fills days, for the tests of badges."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from progression_factories import DAY_S, RULES, START, call, day, opportunity

from programs.progression.badge_checks import PendingBadges
from programs.progression.facts import KeptFact
from programs.progression.fold import BadgeStep, Fold, with_grants
from programs.progression.moments import Moment, moments
from programs.progression.tally import Tally

LATER = day(5_000)
NEW_YORK = ZoneInfo("America/New_York")
DROP = "Call - NO_ANSWER | 0:29 | Jane"
PLAIN = "Call - NO_ANSWER | 0:30 | Jane"
TWO_MINUTES = "Call - CONTACT | 2:00 | Jane"
LONG = "Call - CONTACT | 2:01 | Jane"
MEETING = "Call - APPOINTMENT | 1:00 | Jane"


def steps_of(
    facts: Sequence[KeptFact], watermark: datetime | None = LATER, granted: Sequence[BadgeStep] = ()
) -> tuple[BadgeStep, ...]:
    """The badges that a fold over these facts grants beside those granted before."""
    going = folded(moments(facts, (), RULES), Tally(RULES, NEW_YORK), "E-1", watermark, granted)
    return tuple(going.earned)


def folded(
    line: Sequence[Moment], tally: Tally, rank: str, watermark: datetime | None, granted: Sequence[BadgeStep] = ()
) -> Fold:
    """A fold that went through all of these moments."""
    going = Fold(tally, rank, PendingBadges({step.badge for step in granted}, RULES), watermark)
    going.through(with_grants(line, granted))
    return going


def badges_of(facts: Sequence[KeptFact]) -> set[str]:
    """Their ids."""
    return {step.badge for step in steps_of(facts)}


def calls(name: str, titles: Iterable[str], from_s: float = 0) -> list[KeptFact]:
    """A call a minute with these titles, each to a lead of its own."""
    return [call(f"{name}-{n:04}", title, from_s + 60 * n) for n, title in enumerate(titles)]


def over_days(days: int, titles: Sequence[str]) -> list[KeptFact]:
    """Calls on so many days: one on the last day, one on each day before, and all others on the first."""
    first, rest = list(titles[: len(titles) - days + 1]), titles[len(titles) - days + 1 :]
    return calls("d0", first) + [call(f"d{n}", title, n * DAY_S) for n, title in enumerate(rest, start=1)]


def meetings(count: int, held: int = 0, from_s: float = 0, name: str = "o") -> list[KeptFact]:
    """Appointments with so many leads, a minute apart, the first of them held when all were set."""
    end_s = from_s + 60 * count
    return [
        opportunity(
            f"{name}{n:04}",
            [("MEETING", from_s + 60 * n), *([("PROPOSAL", end_s + n)] if n < held else [])],
            lead=f"{name}-lead-{n}",
        )
        for n in range(count)
    ]


def seconds(at: datetime) -> float:
    """Seconds after the tests' beginning."""
    return (at - START).total_seconds()
