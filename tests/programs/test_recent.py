"""Recent figures: the last seven calendar days in the rep's time zone, and the midnights at which they change."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from progression_factories import DAY_S, RULES, call, opportunity
from progression_grants import seconds

from programs.progression.facts import KeptFact
from programs.progression.row import read_row
from programs.progression.standing import Standing, standing
from programs.progression.work import Work
from programs.progression.xp_merge import MergedXp

NEW_YORK = "America/New_York"
DROP = "Call - NO_ANSWER | 0:05 | Jane"
LONG = "Call - CONTACT | 2:05 | Jane"
MEETING = "Call - APPOINTMENT | 1:00 | Jane"
UNKNOWN = "Call - CONTACT | 0:00 | Jane"
NO_XP = MergedXp(0, 0, 0, 0, lowered=False, foreign_write=False)


def local(text: str, zone: str = NEW_YORK) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def called(name: str, when: datetime, title: str = DROP, lead: str = "jane") -> KeptFact:
    return call(name, title, seconds(when), lead=lead)


def stand(
    facts: Sequence[KeptFact], as_of: datetime, zone: str = NEW_YORK, active: Sequence[datetime] = ()
) -> Standing:
    days = [when.date() for when in active]
    work = Work(facts, (), days, (), ZoneInfo(zone))
    return standing(work, read_row(None), NO_XP, None, as_of, RULES)


def recent(facts: Sequence[KeptFact], as_of: datetime, zone: str = NEW_YORK) -> dict[str, Any]:
    found = stand(facts, as_of, zone).efficiency["last7Days"]
    assert isinstance(found, dict)
    return found


def counts(rate: Any) -> tuple[int, int]:
    return rate["have"], rate["of"]


def test_the_same_metrics_over_seven_days_are_beside_those_of_all() -> None:
    """All calls and appointments count in the totals, those of today and the six days before in the recent ones."""
    facts = [
        called("old-1", local("2026-11-12 23:59:59"), DROP, "old"),
        called("old-2", local("2026-11-12 12:00"), MEETING, "old-too"),
        called("first", local("2026-11-13 00:00"), DROP),
        called("long", local("2026-11-18 12:00"), LONG, "kim"),
        called("unknown", local("2026-11-19 09:00"), UNKNOWN, "kim"),
        called("meeting", local("2026-11-19 10:00"), MEETING, "lee"),
    ]
    efficiency = stand(facts, local("2026-11-19 23:59")).efficiency
    found: Any = efficiency["last7Days"]
    assert found.keys() == efficiency.keys() - {"last7Days"}
    assert counts(efficiency["sub30sDropRate"]) == (2, 6)
    assert found["sub30sDropRate"] == {"rate": 0.25, "have": 1, "of": 4}
    assert [counts(found[name]) for name in ("callToApptRate", "twoPlusMinRate", "unknownDurationShare")] == [
        (1, 4),
        (1, 4),
        (1, 4),
    ]
    assert counts(efficiency["callToApptRate"]) == (2, 6)


def test_appointments_are_recent_by_their_first_sign() -> None:
    """Held or not counts for those set in these days, whenever they were held."""
    before, first, today = map(local, ("2026-11-12 12:00", "2026-11-13 00:00", "2026-11-19 09:00"))
    old = opportunity("o1", [("MEETING", seconds(before)), ("PROPOSAL", seconds(today))])
    new = opportunity("o2", [("MEETING", seconds(first)), ("PROPOSAL", seconds(today))], lead="kim")
    unheld = opportunity("o3", [("MEETING", seconds(today))], lead="lee")
    assert counts(recent([old, new, unheld], local("2026-11-19 12:00"))["showRate"]) == (1, 2)


def test_a_recent_cadence_may_have_begun_before() -> None:
    """Leads called in these days, and which of them have a full cadence by all their calls."""
    begun = [called(f"n{n}", local("2026-11-10 12:00") + timedelta(days=n)) for n in (0, 1, 2, 9)]
    over = [called(f"o{n}", local("2026-11-01 12:00") + timedelta(days=n), lead="past") for n in (0, 1, 2, 3)]
    facts = [*begun, *over, called("k", local("2026-11-19 12:00"), lead="kim")]
    assert counts(recent(facts, local("2026-11-19 13:00"))["cadenceCompletionRate"]) == (1, 2)


@pytest.mark.parametrize(
    ("zone", "spoken", "as_of", "inside"),
    [
        (NEW_YORK, "2026-03-08T04:59:59", "2026-03-14T16:00:00", False),
        (NEW_YORK, "2026-03-08T05:00:00", "2026-03-14T16:00:00", True),
        (NEW_YORK, "2026-03-08T05:00:00", "2026-03-15T03:59:59", True),
        (NEW_YORK, "2026-03-08T05:00:00", "2026-03-15T04:00:00", False),
        (NEW_YORK, "2026-11-01T03:59:59", "2026-11-07T16:00:00", False),
        (NEW_YORK, "2026-11-01T04:00:00", "2026-11-08T04:59:59", True),
        (NEW_YORK, "2026-11-01T04:00:00", "2026-11-08T05:00:00", False),
        ("America/Phoenix", "2026-03-08T06:59:59", "2026-03-14T16:00:00", False),
        ("America/Phoenix", "2026-03-08T07:00:00", "2026-03-15T06:59:59", True),
        ("America/Phoenix", "2026-03-08T07:00:00", "2026-03-15T07:00:00", False),
        ("Asia/Tokyo", "2026-11-12T15:00:00", "2026-11-19T14:59:59", True),
        ("Asia/Tokyo", "2026-11-12T15:00:00", "2026-11-19T15:00:00", False),
    ],
)
def test_a_day_is_the_reps_own_also_when_the_clocks_change(zone: str, spoken: str, as_of: str, inside: bool) -> None:
    """Seven days are 167 or 169 hours when the clocks change within, and end at the rep's midnight (times in UTC)."""
    facts = [called("n1", datetime.fromisoformat(spoken).replace(tzinfo=UTC))]
    found = recent(facts, datetime.fromisoformat(as_of).replace(tzinfo=UTC), zone)
    assert counts(found["sub30sDropRate"])[1] == int(inside)


@pytest.mark.parametrize(
    ("zone", "as_of", "midnight"),
    [
        (NEW_YORK, "2026-03-07T12:00:00", "2026-03-08T05:00:00"),
        (NEW_YORK, "2026-03-08T12:00:00", "2026-03-09T04:00:00"),
        (NEW_YORK, "2026-10-31T12:00:00", "2026-11-01T04:00:00"),
        (NEW_YORK, "2026-11-01T12:00:00", "2026-11-02T05:00:00"),
        ("America/Phoenix", "2026-03-08T12:00:00", "2026-03-09T07:00:00"),
        ("America/Phoenix", "2026-11-01T12:00:00", "2026-11-02T07:00:00"),
        ("Asia/Tokyo", "2026-11-01T12:00:00", "2026-11-01T15:00:00"),
    ],
)
def test_the_next_change_is_the_reps_true_midnight(zone: str, as_of: str, midnight: str) -> None:
    """For the streak and for the seven days alike; just before it the old day holds, at it the next one begins."""
    now = local(as_of, zone)
    spoken = now - timedelta(hours=2)
    by_call = stand([called("n1", spoken)], now, zone).next_change_at
    by_streak = stand([], now, zone, active=[spoken]).next_change_at
    assert by_call == by_streak == datetime.fromisoformat(midnight).replace(tzinfo=UTC)
    before, after = by_call - timedelta(seconds=1), by_call
    assert (after.astimezone(ZoneInfo(zone)).date() - before.astimezone(ZoneInfo(zone)).date()).days == 1


@pytest.mark.parametrize(("days_ago", "waits"), [(0, True), (6, True), (7, False), (-1, True)])
def test_midnight_is_waited_for_while_a_call_is_recent(days_ago: int, waits: bool) -> None:
    """On the seventh day the call is in the figures for the last time; a faster clock's call is still to come."""
    now = local("2026-11-19 12:00")
    found = stand([called("n1", now - timedelta(days=days_ago))], now).next_change_at
    assert found == (local("2026-11-20 00:00") if waits else None)


@pytest.mark.parametrize(("days_ago", "waits"), [(6, True), (7, False)])
def test_midnight_is_waited_for_while_an_appointment_is_recent(days_ago: int, waits: bool) -> None:
    """Also without any call, as an opportunity tells of it."""
    now = local("2026-11-19 12:00")
    met_s = seconds(now) - days_ago * DAY_S
    assert (stand([opportunity("o1", [("MEETING", met_s)])], now).next_change_at is not None) is waits


def test_a_streak_goes_on_over_the_change_of_the_clocks() -> None:
    """23:30 before, and 00:30 after the short and the long day are days in a row, in the badge's streak too."""
    for change in ("2026-03-08", "2026-11-01"):
        days = [local(f"{change} 23:30") + timedelta(days=n) for n in range(-3, 4)]
        days = [days[0], *(when - timedelta(hours=23) for when in days[1:])]
        facts = [called(f"n{n}", when) for n, when in enumerate(days)]
        work = Work(facts, (), [when.date() for when in days], (), ZoneInfo(NEW_YORK))
        found = standing(work, read_row(None), NO_XP, days[-1], days[-1], RULES)
        assert (found.streak_days, "streak_warrior.bronze" in found.badges) == (7, True)
        other_zone = standing(replace(work, time_zone=UTC), read_row(None), NO_XP, days[-1], days[-1], RULES)
        assert "streak_warrior.bronze" not in other_zone.badges
