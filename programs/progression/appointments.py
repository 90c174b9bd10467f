"""Appointments: several signs of the same appointment, such as a call note and an opportunity, count once."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Point:
    """One sign that an appointment with a lead was set, and when it was held, as far as is known."""

    at: datetime
    lead: str
    held_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """One appointment of a rep with a lead: `ordinal` counts from 1, it was set at `first_at`."""

    lead: str
    ordinal: int
    first_at: datetime
    held_at: datetime | None


def windows(points: Iterable[Point], window_days: int) -> list[Window]:
    """The fewest windows that cover one rep's points, by lead and then time.

    A window holds the instants from its first point up to, not including, `window_days` × 24 h later: a point
    exactly 14 days on begins the next window. Taking the earliest point first gives the fewest. The number of
    windows is that of appointments set; those with a `held_at` (the earliest of their points) were held.
    """
    by_lead: defaultdict[str, list[Point]] = defaultdict(list)
    for point in points:
        by_lead[point.lead].append(point)
    length = timedelta(days=window_days)
    return [window for lead in sorted(by_lead) for window in _lead_windows(lead, by_lead[lead], length)]


def _lead_windows(lead: str, points: list[Point], length: timedelta) -> list[Window]:
    groups: list[list[Point]] = []
    for point in sorted(points, key=lambda point: point.at):
        if groups and point.at < groups[-1][0].at + length:
            groups[-1].append(point)
        else:
            groups.append([point])
    return [Window(lead, n, group[0].at, _held_at(group)) for n, group in enumerate(groups, start=1)]


def _held_at(group: list[Point]) -> datetime | None:
    return min((point.held_at for point in group if point.held_at), default=None)
