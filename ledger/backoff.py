"""How long to wait before something that failed is tried again: twice as long each time, never all at once."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func

_MOST_DOUBLINGS = 20


def next_try_at(tries: ColumnElement[int], first: timedelta, longest: timedelta) -> ColumnElement[datetime]:
    """From now: `first`, doubled with each of the `tries` before, at most `longest`; a fifth more or less (default)."""
    grown_s = func.least(
        first.total_seconds() * func.power(2.0, func.least(tries, _MOST_DOUBLINGS)), longest.total_seconds()
    )
    jittered_s = grown_s * (0.8 + 0.4 * func.random())
    return func.clock_timestamp() + func.make_interval(0, 0, 0, 0, 0, 0, jittered_s)
