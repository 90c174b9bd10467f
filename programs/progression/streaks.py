"""The streak: how many days in a row a rep did something."""

from collections.abc import Container
from datetime import date, timedelta


def streak_days(active_days: Container[date], today: date) -> int:
    """The number of consecutive active days that end today or yesterday (today may still come).

    All dates are in the rep's time zone; days after today are left out.
    """
    day = today if today in active_days else today - timedelta(days=1)
    count = 0
    while day in active_days:
        count += 1
        day -= timedelta(days=1)
    return count
