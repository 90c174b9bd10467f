"""Calls by day: the sums over the last days with calls."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from programs.progression.call_days import CallCounts, CallDays

FIRST = date(2026, 11, 16)


def counts(of: CallCounts) -> tuple[int, int]:
    return of.calls, of.sub_thirty


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5), st.integers(0, 1)), max_size=30), st.integers(1, 4))
def test_the_last_days_are_summed_anew_after_any_change(changes: list[tuple[bool, int, int]], days: int) -> None:
    """Calls added and taken away on any days, asked after each change: as if counted from the start."""
    found, left = CallDays(), list[tuple[int, int]]()
    for comes, on, drop in changes:
        if not comes and (on, drop) not in left:
            continue
        left.append((on, drop)) if comes else left.remove((on, drop))
        found.add(FIRST + timedelta(days=on), CallCounts(1, 1, drop, 0), 1 if comes else -1)
        called = sorted({day for day, _ in left})
        last = [drop for day, drop in left if day in called[-days:]]
        expected = (len(last), sum(last)) if len(called) >= days else None
        assert ((total := found.of_last(days)) and counts(total)) == expected
        assert found.days == [FIRST + timedelta(days=day) for day in called]


def test_days_of_the_calendar_are_summed_from_the_first_to_the_last() -> None:
    """Both included, days without calls in between are none."""
    found = CallDays()
    for on in (0, 2, 3, 9):
        found.add(FIRST + timedelta(days=on), CallCounts(1), 1)
    assert found.between(FIRST + timedelta(days=2), FIRST + timedelta(days=9)).calls == 3
    assert found.between(FIRST + timedelta(days=4), FIRST + timedelta(days=8)).calls == 0
