"""The floor: who works on it, since when, and how much. All of it follows from the seed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID

from sandbox.floor.habits import HABITS, Habit
from sandbox.floor.shifts import Shift, calendar, shifts

# A Thursday: from the third working day on there is a weekend, and in its night the clocks of the USA go forward.
OPENING_DAY = date(2026, 3, 5)
MOST_CALLS_A_DAY = 100

# Seven, so that five habits meet all of them. Shifts in Honolulu and Los Angeles go beyond midnight in UTC.
TIME_ZONES = (
    "America/New_York",
    "system",
    "Pacific/Honolulu",
    "America/Los_Angeles",
    "America/Phoenix",
    "",
    "America/Chicago",
)
_FIRST = ("Ada", "Ben", "Carla", "Dev", "Elif", "Femi", "Grace", "Hiro", "Inés", "Jonas", "Kemi", "Liam", "Mei", "Noor")
_LAST = ("Abbott", "Brandt", "Castillo", "Dube", "Eriksen", "Fontaine", "Gupta", "Haddad", "Ito", "Jensen", "Kovač")


@dataclass(frozen=True, slots=True)
class Rep:
    """A workspace member: `time_zone` as Twenty has it, `short_id` as RedHawk calls the rep."""

    index: int
    id: str
    name: str
    habit: Habit
    time_zone: str
    shifts: tuple[Shift, ...] = field(repr=False)

    @property
    def short_id(self) -> str:
        return short_id(self.index)


@dataclass(frozen=True, slots=True)
class Floor:
    """A made-up sales floor.

    `days` are working days; the weekends between them come on top. `calls_a_day` (1 to 100) is a usual rep's.
    `lossy` leaves out the changes that nobody can know about who missed a webhook, so that the newest version of each
    record tells all, and since when: calls that are taken back, corrections that move a figure, and a deal's steps
    before and after the furthest one.
    """

    seed: int
    reps: int = 50
    days: int = 5
    calls_a_day: int = 60
    lossy: bool = False
    starts_on: date = OPENING_DAY

    def __post_init__(self) -> None:
        if self.reps < 1 or self.days < 1 or not 1 <= self.calls_a_day <= MOST_CALLS_A_DAY:
            raise ValueError(f"a floor needs reps, days and 1 to {MOST_CALLS_A_DAY} calls a day")

    @property
    def starts_at(self) -> datetime:
        """Before anybody works."""
        return datetime.combine(self.starts_on, time(6), UTC)

    @property
    def ends_at(self) -> datetime:
        """After everything happened: late in the last day's evening in Honolulu, the next day already elsewhere."""
        last_on = max(calendar(self.starts_on, self.days))
        return datetime.combine(last_on + timedelta(days=1), time(9), UTC)

    def rep(self, index: int) -> Rep:
        rng = self.random("rep", index)
        habit, time_zone = HABITS[index % len(HABITS)], TIME_ZONES[index % len(TIME_ZONES)]
        return Rep(
            index=index,
            id=new_id(rng),
            name=f"{rng.choice(_FIRST)} {rng.choice(_LAST)}",
            habit=habit,
            time_zone=time_zone,
            shifts=shifts(list(calendar(self.starts_on, self.days)), habit, time_zone, rng),
        )

    def team(self) -> Iterator[Rep]:
        """Every rep, made as it is asked for."""
        return (self.rep(index) for index in range(self.reps))

    @property
    def aliases(self) -> dict[str, str]:
        """The workspace member behind each of RedHawk's short ids."""
        return {rep.short_id: rep.id for rep in self.team()}

    def members(self) -> Iterator[dict[str, Any]]:
        """The reps as rows of Twenty's workspaceMembers."""
        for rep in self.team():
            first, _, last = rep.name.partition(" ")
            yield {"id": rep.id, "name": {"firstName": first, "lastName": last}, "timeZone": rep.time_zone}

    def random(self, what: str, index: int) -> Random:
        """A generator of its own for a part of the floor, so that one part does not move another."""
        return Random(f"{self.seed}/{what}/{index}")


def short_id(index: int) -> str:
    return str(index + 1)


def new_id(rng: Random) -> str:
    return str(UUID(int=rng.getrandbits(128), version=4))
