"""The streak: how many days in a row a rep did something."""

from collections.abc import Iterable
from datetime import date, timedelta


def streak_days(active_days: Iterable[date], today: date) -> int:
    """The number of consecutive active days that end today or yesterday (today may still come).

    All dates are in the rep's time zone; days after today are left out.
    """
    days = frozenset(active_days)
    day = today if today in days else today - timedelta(days=1)
    count = 0
    while day in days:
        count += 1
        day -= timedelta(days=1)
    return count
