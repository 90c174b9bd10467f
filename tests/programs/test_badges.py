"""Badges: every tier of the rules document, just reached and just missed."""

from datetime import datetime

import pytest
from progression_factories import DAY_S, at, call, opportunity, training
from progression_grants import (
    DROP,
    LONG,
    MEETING,
    NEW_YORK,
    PLAIN,
    TWO_MINUTES,
    badges_of,
    calls,
    meetings,
    over_days,
    seconds,
    steps_of,
)

from programs.progression.facts import BATTLE
from programs.progression.fold import BadgeStep

# Each row of the rules document: tier, percent, days.
DROPS = [("bronze", 50, 7), ("silver", 40, 14), ("gold", 35, 21), ("platinum", 30, 28)]
CONVERSIONS = [("bronze", 3, 7), ("silver", 5, 14), ("gold", 7, 21), ("platinum", 10, 28)]
LONG_CALLS = [("bronze", 20, 7), ("silver", 25, 14), ("gold", 30, 21), ("platinum", 35, 28)]


@pytest.mark.parametrize(("tier", "percent", "days"), DROPS)
def test_opener_elite(tier: str, percent: int, days: int) -> None:
    """Fewer drops of 100 calls than that share, exactly it is not enough; a call of 30 s is no drop."""
    badge = f"opener_elite.{tier}"
    assert badge in badges_of(over_days(days, [DROP] * (percent - 1) + [PLAIN] * (101 - percent)))
    assert badge not in badges_of(over_days(days, [DROP] * percent + [PLAIN] * (100 - percent)))


@pytest.mark.parametrize(("tier", "percent", "days"), CONVERSIONS)
def test_conversion_champion(tier: str, percent: int, days: int) -> None:
    """So many appointments of 100 calls, exactly that share is enough and one less is not."""
    badge = f"conversion_champion.{tier}"
    assert badge in badges_of(over_days(days, [MEETING] * percent + [PLAIN] * (100 - percent)))
    assert badge not in badges_of(over_days(days, [MEETING] * (percent - 1) + [PLAIN] * (101 - percent)))


@pytest.mark.parametrize(("tier", "percent", "days"), LONG_CALLS)
def test_engagement_master(tier: str, percent: int, days: int) -> None:
    """So many calls of 121 s of 100 calls; 120 s is not longer than two minutes."""
    badge = f"engagement_master.{tier}"
    assert badge in badges_of(over_days(days, [LONG] * percent + [PLAIN] * (100 - percent)))
    one_less = [LONG] * (percent - 1) + [TWO_MINUTES] + [PLAIN] * (100 - percent)
    assert badge not in badges_of(over_days(days, one_less))


RATES = [
    *((f"opener_elite.{tier}", days, PLAIN) for tier, _, days in DROPS),
    *((f"conversion_champion.{tier}", days, MEETING) for tier, _, days in CONVERSIONS),
    *((f"engagement_master.{tier}", days, LONG) for tier, _, days in LONG_CALLS),
]


@pytest.mark.parametrize(("badge", "days", "title"), RATES)
def test_a_rate_over_days_needs_fifty_calls_and_all_the_days(badge: str, days: int, title: str) -> None:
    """49 perfect calls are too few, and so is one day less, whatever the rate."""
    assert badge in badges_of(over_days(days, [title] * 50))
    assert badge not in badges_of(over_days(days, [title] * 49))
    assert badge not in badges_of(over_days(days - 1, [title] * 80))


def test_only_the_last_days_with_calls_count() -> None:
    """A bad first day is forgotten after seven better ones; days without calls in between are none."""
    bad, good = calls("bad", [DROP] * 60), []
    for n in range(1, 8):
        good += calls(f"day{n}", [PLAIN] * 8, 3 * n * DAY_S)
    steps = [step for step in steps_of(bad + good) if step.badge == "opener_elite.bronze"]
    assert [step.reached_at for step in steps] == [good[49].fact.occurred_at]


def test_a_conversion_counts_appointments_from_the_first_of_its_days_on() -> None:
    """One that an opportunity set the day before is not in them; one on a day without calls in between is."""
    line = over_days(7, [PLAIN] * 50)
    before, within = meetings(2, from_s=-DAY_S), meetings(2, from_s=60, name="p")
    assert "conversion_champion.bronze" not in badges_of([*line, *before])
    assert "conversion_champion.bronze" in badges_of([*line, *within])


def test_a_conversion_can_be_tipped_by_an_opportunity() -> None:
    """No call has to follow: two appointments after the last of 50 calls make 3 % at the second."""
    late = meetings(2, from_s=6 * DAY_S + 7_200)
    steps = steps_of([*over_days(7, [PLAIN] * 50), *late])
    tipped = [step.fact_key for step in steps if step.badge == "conversion_champion.bronze"]
    assert tipped == [late[1].fact.key]


def test_a_conversion_forgets_appointments_of_days_that_left_the_last_seven() -> None:
    """Two on the first of eight days, when there were too few calls; in the last seven days none."""
    line = [*calls("first", [MEETING] * 2), *(call(f"d{n}", PLAIN, n * DAY_S) for n in range(1, 7))]
    assert "conversion_champion.bronze" not in badges_of([*line, *calls("last", [PLAIN] * 50, 7 * DAY_S)])


@pytest.mark.parametrize(
    ("tier", "held", "of", "reached"),
    [
        *[("bronze", 7, 10, True), ("bronze", 6, 10, False), ("bronze", 5, 5, True), ("bronze", 4, 4, False)],
        *[("silver", 9, 12, True), ("silver", 8, 12, False), ("silver", 10, 10, True), ("silver", 9, 9, False)],
        *[("gold", 16, 20, True), ("gold", 15, 20, False), ("gold", 20, 20, True), ("gold", 19, 19, False)],
        *[("platinum", 34, 40, True), ("platinum", 33, 40, False), ("platinum", 30, 30, True)],
        ("platinum", 29, 29, False),
    ],
)
def test_show_rate_champion(tier: str, held: int, of: int, reached: bool) -> None:
    """The share of all appointments that were held, exactly that is enough, of as many as the tier asks for."""
    assert (f"show_rate_champion.{tier}" in badges_of(meetings(of, held))) is reached


EFFICIENCY = [("bronze", 2, 40, 1), ("silver", 3, 50, 7), ("gold", 5, 75, 7), ("platinum", 10, 100, 14)]


@pytest.mark.parametrize(("tier", "appointments", "dials", "days"), EFFICIENCY)
def test_efficiency_elite(tier: str, appointments: int, dials: int, days: int) -> None:
    """The last of the appointments in exactly so many dials is enough, with one dial more or one appointment less
    it is not; nor a day later."""
    badge, between = f"efficiency_elite.{tier}", dials - appointments
    set_before = [MEETING] * (appointments - 1)
    assert badge in badges_of(calls("c", [*set_before, *[PLAIN] * between, MEETING]))
    assert badge not in badges_of(calls("c", [*set_before, *[PLAIN] * (between + 1), MEETING]))
    assert badge not in badges_of(calls("c", [*set_before, *[PLAIN] * between]))
    spread = [*set_before, *[PLAIN] * (days - 1), MEETING]
    assert badge not in badges_of(over_days(days + 1, spread))
    if days > 1:
        assert badge in badges_of(over_days(days, [*spread[:-2], MEETING]))


def test_efficiency_elite_may_leave_out_earlier_days() -> None:
    """Any number of the latest days may be taken: a long day before does not spoil a good one."""
    long_day = calls("long", [PLAIN] * 200)
    assert "efficiency_elite.silver" in badges_of(long_day + calls("good", [MEETING] * 3, DAY_S))


def test_efficiency_elite_can_be_tipped_by_an_opportunity_or_by_a_days_first_call() -> None:
    """Two appointments after 40 dials; or before the first call of a day that follows one with too many dials."""
    after = [*calls("c", [PLAIN] * 40), *meetings(2, from_s=7_200)]
    assert "efficiency_elite.bronze" in badges_of(after)
    before = [*calls("long", [PLAIN] * 60), *meetings(2, from_s=DAY_S)]
    assert "efficiency_elite.bronze" not in badges_of(before)
    steps = steps_of([*before, call("first", PLAIN, DAY_S + 600)])
    assert BadgeStep("efficiency_elite.bronze", at(DAY_S + 600), "note:first") in steps


COUNTS = [("bronze", 10), ("silver", 50), ("gold", 200), ("platinum", 1_000)]


@pytest.mark.parametrize(("tier", "count"), COUNTS)
def test_appointment_setter(tier: str, count: int) -> None:
    """So many appointments, with as many leads, and not one less."""
    assert f"appointment_setter.{tier}" in badges_of(meetings(count))
    assert f"appointment_setter.{tier}" not in badges_of(meetings(count - 1))


@pytest.mark.parametrize(
    ("badge", "count"),
    [("closer.bronze", 5), ("closer.silver", 25), ("closer.gold", 100), ("closer.platinum", 500), ("first_blood", 1)],
)
def test_closer_and_first_blood(badge: str, count: int) -> None:
    """So many deals, and not one less; the first deal has a badge of its own."""
    deals = [opportunity(f"o{n}", [("CUSTOMER", n)], lead=f"lead-{n}") for n in range(count)]
    assert badge in badges_of(deals)
    assert badge not in badges_of(deals[1:])


@pytest.mark.parametrize(("tier", "days"), [("bronze", 7), ("silver", 30), ("gold", 90), ("platinum", 365)])
def test_streak_warrior(tier: str, days: int) -> None:
    """A fact on each of so many days in a row; a day without breaks it, be it after all but one."""
    daily = [call(f"n{n}", PLAIN, n * DAY_S) for n in range(days)]
    assert f"streak_warrior.{tier}" in badges_of(daily)
    assert f"streak_warrior.{tier}" not in badges_of(daily[1:])
    assert f"streak_warrior.{tier}" not in badges_of([*daily[: days - 1], call("late", PLAIN, days * DAY_S)])


def test_any_activity_keeps_the_streak() -> None:
    """Calls, stages of a deal and trainings, also one that was not passed."""
    work = [call(f"n{n}", PLAIN, n * DAY_S) for n in (0, 4, 5, 6)]
    work += [opportunity("o1", [("MEETING", DAY_S), ("PROPOSAL", 2 * DAY_S)])]
    assert "streak_warrior.bronze" not in badges_of(work)
    assert "streak_warrior.bronze" in badges_of([*work, training("e1", "exam", "operative", 3 * DAY_S, score=10)])


@pytest.mark.parametrize(("tier", "count"), [("bronze", 10), ("silver", 50), ("gold", 200)])
def test_early_bird(tier: str, count: int) -> None:
    """So many calls before 9:00 in the rep's time zone; one at 9:00 is not early."""
    nine = seconds(datetime(2026, 11, 17, 9, tzinfo=NEW_YORK))
    early = [call(f"n{n:03}", PLAIN, nine - 1 - n) for n in range(count)]
    assert f"early_bird.{tier}" in badges_of(early)
    assert f"early_bird.{tier}" not in badges_of([*early[1:], call("nine", PLAIN, nine)])


@pytest.mark.parametrize(
    ("level", "outcome", "reached"), [("5", "win", True), ("4", "win", False), ("5", "lose", False)]
)
def test_redhawk_slayer(level: str, outcome: str, reached: bool) -> None:
    """The first win at level 5."""
    badges = badges_of([training("b1", BATTLE, level, outcome=outcome)])
    assert ("redhawk_slayer" in badges) is reached


def test_badges_without_a_source_are_never_granted() -> None:
    """Nothing tells of objections mastered or of e-mails."""
    facts = [*meetings(60, 60), *calls("c", [LONG] * 300)]
    assert not {badge.split(".")[0] for badge in badges_of(facts)} & {"objection_master", "email_expert"}


def test_a_badge_names_the_fact_that_tipped_it() -> None:
    """Its key and its time; the tiers below are kept too."""
    deals = [opportunity(f"o{n}", [("CUSTOMER", 10 * n)], lead=f"lead-{n}") for n in range(5)]
    steps = [step for step in steps_of(deals) if step.badge in ("first_blood", "closer.bronze")]
    assert steps == [
        BadgeStep("first_blood", at(0), "opportunity:o0"),
        BadgeStep("closer.bronze", at(40), "opportunity:o4"),
    ]
