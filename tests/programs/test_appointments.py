"""Appointments: points of one rep and lead within 14 days are one appointment."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from programs.progression.appointments import Point, Window, windows

START = datetime(2026, 11, 21, 9, tzinfo=UTC)


def day(days: float) -> datetime:
    return START + timedelta(days=days)


def test_a_note_and_an_opportunity_about_one_meeting_are_one_appointment() -> None:
    """Two points of one lead within 14 days make one window, held when one of them was."""
    found = windows([Point(day(0), "jane"), Point(day(3), "jane", held_at=day(9))], 14)
    assert found == [Window("jane", 1, day(0), day(9))]


def test_a_point_exactly_14_days_on_is_the_next_appointment() -> None:
    """A window ends just before its 14th day is over."""
    second = timedelta(seconds=1)
    inside = windows([Point(day(0), "jane"), Point(day(14) - second, "jane")], 14)
    outside = windows([Point(day(0), "jane"), Point(day(14), "jane")], 14)
    assert [window.ordinal for window in inside] == [1]
    assert outside == [Window("jane", 1, day(0), None), Window("jane", 2, day(14), None)]


def test_windows_do_not_drift_along_with_their_points() -> None:
    """A point every 10 days is not one endless appointment: days 0 and 10, 20 and 30 are two."""
    found = windows([Point(day(n), "jane") for n in (0, 10, 20, 30)], 14)
    assert [window.first_at for window in found] == [day(0), day(20)]


def test_leads_do_not_share_windows() -> None:
    """The same day with another lead is another appointment."""
    found = windows([Point(day(0), "jane"), Point(day(0), "kim", held_at=day(1))], 14)
    assert found == [Window("jane", 1, day(0), None), Window("kim", 1, day(0), day(1))]


def test_the_first_time_it_was_held_counts() -> None:
    """Of several points that were held, the earliest says when."""
    found = windows([Point(day(0), "jane", held_at=day(8)), Point(day(1), "jane", held_at=day(5))], 14)
    assert found[0].held_at == day(5)


@given(st.lists(st.integers(min_value=0, max_value=400), max_size=30), st.randoms())
def test_windows_depend_on_the_points_and_not_on_their_order(days: list[int], shuffler: Random) -> None:
    """Any order gives the same windows; they cover all points and begin at least 14 days apart."""
    points = [Point(day(n), "jane") for n in days]
    found = windows(points, 14)
    shuffler.shuffle(points)
    assert windows(points, 14) == found
    starts = [window.first_at for window in found]
    assert all(later - earlier >= timedelta(days=14) for earlier, later in pairwise(starts))
    assert all(any(start <= point.at < start + timedelta(days=14) for start in starts) for point in points)
