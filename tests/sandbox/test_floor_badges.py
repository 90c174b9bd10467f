"""The floor's own badges: each tier just reached and just missed, and what happens between two instants."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from sandbox.floor.events import Event, What
from sandbox.floor.ladder import climb

NOON = datetime(2026, 3, 2, 17, tzinfo=UTC)
DAY, HOUR, SECOND = timedelta(days=1), timedelta(hours=1), timedelta(seconds=1)


def _badges(events: Iterable[Event]) -> set[str]:
    return climb(events, UTC)[1].badges


def _one(what: What, at: datetime, until: datetime | None = None, subject: str = "") -> Event:
    return Event(what, at, at, until, subject=subject)


def _times(what: What, count: int, start: datetime = NOON) -> list[Event]:
    return [_one(what, start + n * SECOND, subject=f"{what}{n}") for n in range(count)]


def _days(days: int, calls: int, dropped: int = 0, long: int = 0, booked: int = 0) -> list[Event]:
    """So many calls on each day, the first of them dropped, the last of them long or with an appointment: the rates
    are never better than at a day's end."""
    found: list[Event] = []
    for day in range(days):
        for n in range(calls):
            at, left = NOON + day * DAY + n * SECOND, calls - n
            told = {"call": True, "sub_thirty": n < dropped, "over_two_minutes": left <= long, "sign": left <= booked}
            found += [_one(what, at, subject=f"{day}/{n}") for what, so in told.items() if so]  # type: ignore[arg-type]
    return found


def _tiers(badge: str, events: Iterable[Event]) -> int:
    return sum(each.startswith(badge) for each in _badges(events))


@pytest.mark.parametrize(
    ("what", "badge", "needs"),
    [
        ("sign", "appointment_setter", (10, 50, 200, 1_000)),
        ("deal", "closer", (5, 25, 100, 500)),
        ("early", "early_bird", (10, 50, 200)),
    ],
)
def test_counted_badges_come_with_the_last_one(what: What, badge: str, needs: tuple[int, ...]) -> None:
    """At exactly so many, and all tiers below are kept."""
    tiers = ("bronze", "silver", "gold", "platinum")
    for n, need in enumerate(needs):
        assert f"{badge}.{tiers[n]}" not in _badges(_times(what, need - 1))
        assert {f"{badge}.{tier}" for tier in tiers[: n + 1]} <= _badges(_times(what, need))


def test_a_first_deal_and_a_win_at_level_five_give_badges_without_tier() -> None:
    """A win at level 4 gives none."""
    assert _badges([_one("deal", NOON)]) == {"first_blood"}
    assert _badges([_one("win", NOON, subject="4")]) == set()
    assert _badges([_one("win", NOON, subject="5")]) == {"redhawk_slayer"}


@pytest.mark.parametrize(("days", "tier"), [(6, 0), (7, 1), (29, 1), (30, 2), (90, 3), (365, 4)])
def test_a_streak_of_active_days_gives_its_badge(days: int, tier: int) -> None:
    """7, 30, 90 and 365 days in a row."""
    active = [_one("active", NOON + n * DAY) for n in range(days)]
    assert len(_badges(active)) == tier


def test_a_missed_day_begins_the_streak_anew() -> None:
    """Six days, a pause and six days are not seven."""
    assert _badges([_one("active", NOON + n * DAY) for n in range(13) if n != 6]) == set()


@pytest.mark.parametrize(
    ("days", "dropped", "tiers"),
    [(6, 0, 0), (7, 50, 0), (7, 49, 1), (14, 40, 1), (14, 39, 2), (21, 35, 2), (21, 34, 3), (28, 30, 3), (28, 29, 4)],
)
def test_opener_elite_asks_for_less_over_more_days(days: int, dropped: int, tiers: int) -> None:
    """Below 50 % of the calls of 7 days with calls, 40 % of 14, 35 % of 21, 30 % of 28."""
    assert _tiers("opener_elite", _days(days, 100, dropped=dropped)) == tiers


@pytest.mark.parametrize(
    ("days", "long", "tiers"),
    [(6, 100, 0), (7, 19, 0), (7, 20, 1), (14, 24, 1), (14, 25, 2), (21, 29, 2), (21, 30, 3), (28, 34, 3), (28, 35, 4)],
)
def test_engagement_master_asks_for_more_over_more_days(days: int, long: int, tiers: int) -> None:
    """20 % of the calls of 7 days with calls, 25 % of 14, 30 % of 21, 35 % of 28."""
    assert _tiers("engagement_master", _days(days, 100, long=long)) == tiers


@pytest.mark.parametrize(
    ("days", "booked", "tiers"),
    [(6, 100, 0), (7, 2, 0), (7, 3, 1), (14, 4, 1), (14, 5, 2), (21, 6, 2), (21, 7, 3), (28, 9, 3), (28, 10, 4)],
)
def test_conversion_champion_asks_for_more_over_more_days(days: int, booked: int, tiers: int) -> None:
    """3 % of the calls of 7 days with calls, 5 % of 14, 7 % of 21, 10 % of 28."""
    assert _tiers("conversion_champion", _days(days, 100, booked=booked)) == tiers


def test_a_window_needs_fifty_calls() -> None:
    """Seven calls on each of seven days are 49; over 14 days there are 98."""
    assert _tiers("opener_elite", _days(7, 7)) == 0
    assert _tiers("opener_elite", [*_days(7, 7), _one("call", NOON + 6 * DAY + 8 * SECOND)]) == 1
    assert _badges(_days(14, 7)) == {"opener_elite.silver"}


@pytest.mark.parametrize(
    ("booked", "held", "tiers"),
    [(4, 4, 0), (5, 3, 0), (5, 4, 1), (10, 7, 1), (10, 8, 2), (20, 15, 2), (20, 16, 3), (30, 25, 3), (30, 26, 4)],
)
def test_show_rate_champion_asks_for_more_of_more(booked: int, held: int, tiers: int) -> None:
    """70 % of 5 or more held, 75 % of 10, 80 % of 20, 85 % of 30."""
    signs = [_one("sign", NOON, subject=f"lead{n}") for n in range(booked)]
    shows = [Event("held_sign", NOON, NOON + HOUR, subject=f"lead{n}") for n in range(held)]
    assert _tiers("show_rate_champion", [*signs, *shows]) == tiers


@pytest.mark.parametrize(
    ("dials", "booked", "tiers"),
    [
        ([40], [2], 1),
        ([41], [2], 0),
        ([40], [1], 0),
        ([25, 25], [1, 2], 2),
        ([26, 25], [1, 2], 1),
        ([37, 38], [2, 3], 3),
        ([38, 38], [2, 3], 2),
        ([50, 50], [5, 5], 3),
        ([50, 51], [5, 5], 2),
    ],
)
def test_efficiency_elite_counts_dials_back_from_the_last_day(dials: list[int], booked: list[int], tiers: int) -> None:
    """2 in 40 dials of one day; 3 in 50, 5 in 75 and 10 in 100 of several."""
    events: list[Event] = []
    for day, (calls, count) in enumerate(zip(dials, booked, strict=True)):
        begins = NOON + day * DAY
        events += _times("call", calls, begins)
        events += [_one("sign", begins + HOUR, subject=f"{day}/{n}") for n in range(count)]
    assert _tiers("efficiency_elite", events) == tiers


def test_what_is_taken_back_counted_until_then() -> None:
    """The fifth deal is reopened before a sixth: five at a time in one case, never more than four in the other."""
    four = _times("deal", 4)
    assert "closer.bronze" in _badges([*four, _one("deal", NOON + HOUR, NOON + 2 * HOUR)])
    three, reopened = _times("deal", 3), _one("deal", NOON, NOON + HOUR)
    assert "closer.bronze" not in _badges([*three, reopened, _one("deal", NOON + HOUR)])


def test_a_correction_is_one_change() -> None:
    """What ends and what begins at one instant leaves no moment between: ten early calls that become ten others."""
    nine, edited_at = _times("early", 9), NOON + HOUR
    edited = [_one("early", NOON, edited_at), Event("early", NOON, edited_at)]
    assert _badges([*_times("early", 8), *edited]) == set()
    assert _badges([*nine, *edited]) == {"early_bird.bronze"}
