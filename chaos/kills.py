"""What is killed, when, and for how long it stays away: all of it follows from the seed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from random import Random
from typing import Literal, TypeVar, get_args

from ledger.fault_points import FaultPoint

Victim = Literal["receiver", "worker", "work-horse", "clock", "Valkey", "Valkey, data lost", "PostgreSQL"]
STORES: tuple[Victim, ...] = ("Valkey", "Valkey, data lost", "PostgreSQL")
LONGEST_OUTAGE_S = 5.0
TWENTY_AWAY_S = (8.0, 25.0)
KILLS_FOR_AN_OUTAGE = 30
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Kill:
    """A SIGKILL of `victim`, or of whoever reaches the fault point.

    `at` (0 to 1) is when in its slice of the floor's work; a store stays away for `outage_s`.
    """

    victim: Victim | FaultPoint
    at: float
    outage_s: float = 0.0

    @property
    def point(self) -> FaultPoint | None:
        """The fault point, where it is one."""
        return next((point for point in get_args(FaultPoint) if point == self.victim), None)

    @property
    def kind(self) -> str:
        """What it counts as in the report: `worker`, or `at digest` for the fault points of the digest."""
        return f"at {self.victim.partition('.')[0]}" if self.point else self.victim


@dataclass(frozen=True, slots=True)
class TwentyAway:
    """Twenty answers every call with 500 for so long."""

    outage_s: float
    at: float
    kind: str = "Twenty away"


Strike = Kill | TwentyAway


def plan(seed: int, kills: int) -> list[Strike]:
    """So many kills in random order, nearly half of them at fault points, and now and then an outage of Twenty.

    Every victim is killed once before any is killed again, and so is every fault point reached.
    """
    rng = Random(f"chaos/{seed}")
    victims: tuple[Victim, ...] = get_args(Victim)
    points: tuple[FaultPoint, ...] = get_args(FaultPoint)
    at_points = min(kills // 2, 2 * len(points))
    chosen = [*islice(_rounds(victims, rng), kills - at_points), *islice(_rounds(points, rng), at_points)]
    struck: list[Strike] = [Kill(victim, rng.random(), _outage_s(victim, rng)) for victim in chosen]
    struck += [TwentyAway(rng.uniform(*TWENTY_AWAY_S), rng.random()) for _ in range(1 + kills // KILLS_FOR_AN_OUTAGE)]
    rng.shuffle(struck)
    return struck


def _outage_s(victim: Victim | FaultPoint, rng: Random) -> float:
    return rng.uniform(0, LONGEST_OUTAGE_S) if victim in STORES else 0.0


def _rounds(things: Sequence[T], rng: Random) -> Iterator[T]:
    """All of them in one random order, over and over."""
    return cycle(rng.sample(things, len(things)))
