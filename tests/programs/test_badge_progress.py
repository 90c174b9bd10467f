"""Badge progress: what a rep still needs for the next tier of each badge."""

import pytest
from progression_factories import DAY_S, RULES, call, day, opportunity, training
from progression_grants import DROP, LONG, MEETING, NEW_YORK, PLAIN, calls, meetings, over_days

from programs.progression.badge_progress import BadgeProgress, badge_progress, progress_json
from programs.progression.facts import BATTLE, KeptFact
from programs.progression.moments import moments
from programs.progression.tally import Tally


def progress(*facts: KeptFact, earned: frozenset[str] = frozenset(), days: float = 0) -> dict[str, BadgeProgress]:
    """By badge, as of so many days after the tests' beginning."""
    tally = Tally(RULES, NEW_YORK)
    for moment in moments(facts, (), RULES):
        moment.change(tally)
    return {found.badge: found for found in badge_progress(tally, earned, day(days))}


def account(found: BadgeProgress) -> tuple[object, ...]:
    return found.tier, found.need, found.have, found.reason


def test_a_rep_who_did_nothing_sees_every_badge() -> None:
    """Its lowest tier, what it needs, and that there is no data; two have no source."""
    assert {badge: account(found) for badge, found in progress().items()} == {
        "opener_elite": ("bronze", "< 50 % over 7 days", None, "called on 0 of 7 days"),
        "conversion_champion": ("bronze", ">= 3 % over 7 days", None, "called on 0 of 7 days"),
        "engagement_master": ("bronze", ">= 20 % over 7 days", None, "called on 0 of 7 days"),
        "show_rate_champion": ("bronze", ">= 70 % of 5 or more appointments", None, "no data"),
        "efficiency_elite": ("bronze", 2, 0, "in at most 40 dials, 1 day"),
        "appointment_setter": ("bronze", 10, 0, ""),
        "closer": ("bronze", 5, 0, ""),
        "streak_warrior": ("bronze", 7, 0, ""),
        "early_bird": ("bronze", 10, 0, ""),
        "first_blood": (None, 1, 0, ""),
        "redhawk_slayer": (None, "boss_5", None, "no data"),
        "objection_master": (None, None, None, "no source"),
        "email_expert": (None, None, None, "no source"),
    }


def test_the_next_tier_is_the_lowest_that_is_not_earned() -> None:
    """Bronze and gold earned leaves silver, all earned leaves nothing."""
    found = progress(earned=frozenset({"closer.bronze", "closer.gold", "first_blood"}))
    assert account(found["closer"]) == ("silver", 25, 0, "")
    assert "first_blood" not in found


@pytest.mark.parametrize(
    ("badge", "titles", "have", "reason"),
    [
        ("opener_elite", [DROP] * 36 + [PLAIN] * 24, "60.00 %", "36 of 60"),
        ("engagement_master", [LONG] * 7 + [PLAIN] * 53, "11.67 %", "7 of 60"),
        ("conversion_champion", [MEETING] + [PLAIN] * 59, "1.67 %", "1 of 60"),
        ("opener_elite", [DROP] * 30 + [PLAIN] * 19, "61.22 %", "30 of 49, 50 calls needed"),
    ],
)
def test_a_rate_says_what_it_is_made_of(badge: str, titles: list[str], have: str, reason: str) -> None:
    """And how many calls are needed where there are too few."""
    found = progress(*over_days(7, titles))[badge]
    assert (found.have, found.reason) == (have, reason)


def test_the_other_badges_count() -> None:
    """Appointments held of set, the most in few dials, deals, the streak as of now and early calls."""
    early = [call(f"e{n}", PLAIN, -3_600 + n, lead="early") for n in range(3)]
    won = opportunity("won", [("CUSTOMER", 900)], lead="won")
    found = progress(*meetings(3, held=1), *early, won, *calls("c", [PLAIN] * 10, DAY_S), days=2)
    names = ("show_rate_champion", "efficiency_elite", "appointment_setter", "closer", "streak_warrior", "early_bird")
    assert {name: found[name].have for name in names} == {
        "show_rate_champion": "50.00 %",
        "efficiency_elite": 0,
        "appointment_setter": 4,
        "closer": 1,
        "streak_warrior": 2,
        "early_bird": 3,
    }
    assert found["show_rate_champion"].reason == "2 of 4"


def test_a_beaten_boss_of_another_level_is_no_data_for_level_five() -> None:
    """The badge asks for that very boss."""
    found = progress(training("b1", BATTLE, "4", outcome="win"))["redhawk_slayer"]
    assert (found.need, found.have) == ("boss_5", None)


def test_progress_is_json_for_people() -> None:
    """The names are the gates'."""
    assert progress_json(BadgeProgress("closer", "gold", 100, 7)) == {
        "badge": "closer",
        "tier": "gold",
        "need": 100,
        "have": 7,
        "reason": "",
    }
