"""Shifts: when a rep is at work, in the rep's own time zone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from sandbox.floor.habits import Habit

LENGTH = timedelta(hours=9)
COMPANY_ZONE = "America/New_York"
ABSENT = 0.06
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Shift:
    """One working day of a rep: from `starts_at` to `ends_at`, on a day of the rep's time zone."""

    on: date
    starts_at: datetime
    ends_at: datetime

    def moment(self, rng: Random, after: datetime | None = None) -> datetime:
        """A random moment of the shift, after the given one."""
        start = max(self.starts_at, after or self.starts_at)
        return start + timedelta(seconds=round(rng.random() * (self.ends_at - start).total_seconds(), 3))


def zone_of(time_zone: str) -> ZoneInfo:
    """The zone that a workspace member's `timeZone` means; `system` and nothing mean the company's."""
    return ZoneInfo(COMPANY_ZONE if time_zone in ("", "system") else time_zone)


def calendar(starts_on: date, working_days: int) -> Iterator[date]:
    """All days, weekends too, from `starts_on` up to the last of so many days from Monday to Friday."""
    on, left = starts_on, working_days
    while left:
        yield on
        left -= on.weekday() < SATURDAY
        on += timedelta(days=1)


def shifts(days: Sequence[date], habit: Habit, time_zone: str, rng: Random) -> tuple[Shift, ...]:
    """A rep's shifts: later for a newcomer, at weekends for who works then, and with days of absence.

    At least one, whatever the habit.
    """
    zone, minute = zone_of(time_zone), rng.randrange(60)
    mine = [on for on in days if habit.weekends or on.weekday() < SATURDAY]
    joined = mine[habit.joins_after_days :] or mine[-1:]
    present = [on for n, on in enumerate(joined) if rng.random() > ABSENT or n == 0]
    return tuple(_shift(on, datetime.combine(on, time(8, minute), zone).astimezone(UTC)) for on in present)


def _shift(on: date, starts_at: datetime) -> Shift:
    return Shift(on, starts_at, starts_at + LENGTH)


def later_moment(of: Sequence[Shift], after: datetime, shifts_later: int, rng: Random) -> datetime | None:
    """A moment of a shift so many shifts after the one that goes on at `after` or comes next; None beyond the last."""
    coming = [shift for shift in of if shift.ends_at > after]
    return coming[shifts_later].moment(rng, after) if len(coming) > shifts_later else None
