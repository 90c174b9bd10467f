"""What is granted in the end does not depend on when, or how often, anybody looked."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from progression_factories import DAY_S, NO_MAP, RULES, at, call, day, note_content, opportunity, version
from progression_grants import DROP, PLAIN, calls, meetings, over_days, steps_of
from record_histories import HOURS, TINY, V1, V2, Record, facts_known_at, records

from programs.progression.facts import KeptFact
from programs.progression.fold import BadgeStep
from programs.progression.note_facts import note_fact
from programs.progression.row import read_row
from programs.progression.standing import Standing, decided_until, standing
from programs.progression.work import Work
from programs.progression.xp_merge import MergedXp

NOTHING = MergedXp(0, 0, 0, 0, lowered=False, foreign_write=False)
Granted = tuple[tuple[str, ...], tuple[BadgeStep, ...]]


def look(facts: Sequence[KeptFact], watermark: datetime, before: Granted = ((), ())) -> Granted:
    """All that is granted after a look at these facts: before it, and by it. The row says it too."""
    ranks, badges = before
    work = Work(facts, (), (), ranks, UTC, badges)
    row = {"badges": [step.badge for step in badges], "currentRank": ranks[-1] if ranks else None}
    found: Standing = standing(work, read_row(row), NOTHING, watermark, watermark, TINY)
    return (*ranks, *(step.rank for step in found.steps)), (*badges, *found.badge_steps)


@given(records(), HOURS, HOURS)
def test_a_look_grants_nothing_that_a_later_look_at_everything_would_not(
    found: list[Record], one: int, other: int
) -> None:
    """Whatever was deleted, edited or reopened after the first watermark, its grants are among those of the later."""
    first, later = day(min(one, other) / 24), day(max(one, other) / 24)
    early = look(facts_known_at(found, first), first)
    late = look(facts_known_at(found, day(99)), later)
    assert set(early[0]) <= set(late[0])
    assert set(early[1]) <= set(late[1])


@given(records(), st.sets(HOURS, max_size=12))
def test_looking_often_grants_what_looking_once_grants(found: list[Record], hours: set[int]) -> None:
    """Looks at any moments, each at the versions known by then, with what the ones before granted: the same set."""
    granted: Granted = ((), ())
    for hour in sorted(hours):
        granted = look(facts_known_at(found, day(hour / 24)), day(hour / 24), granted)
    end = day(99)
    granted = look(facts_known_at(found, end), end, granted)
    once = look(facts_known_at(found, end), end)
    assert (set(granted[0]), set(granted[1])) == (set(once[0]), set(once[1]))


@given(records(), st.randoms())
def test_grants_do_not_depend_on_the_order_of_facts(found: list[Record], shuffler: Random) -> None:
    """Facts come from the ledger in any order."""
    facts = facts_known_at(found, day(99))
    again = shuffler.sample(facts, len(facts))
    assert look(again, day(99)) == look(facts, day(99))


def test_a_deal_that_was_reopened_before_anybody_looked_was_the_first() -> None:
    """The badge is kept for the moment at which it was won, though it is none any more."""
    deal = opportunity("o1", [("CUSTOMER", 10), ("PROPOSAL", 20)])
    assert BadgeStep("first_blood", at(10), "opportunity:o1") in steps_of([deal])


def test_a_deal_reopened_before_the_fifth_was_won_is_no_fifth() -> None:
    """Five stood together until one was reopened; when it went before the fifth came, they never did."""
    four = [opportunity(f"o{n}", [("CUSTOMER", n)], lead=f"lead-{n}") for n in range(4)]
    reopened = opportunity("o9", [("CUSTOMER", 5), ("PROPOSAL", 6)], lead="lead-9")
    last = opportunity("o5", [("CUSTOMER", 7)], lead="lead-5")
    assert "closer.bronze" in {step.badge for step in steps_of([*four, reopened])}
    assert "closer.bronze" not in {step.badge for step in steps_of([*four[1:], reopened, last])}


def test_a_deleted_appointment_tipped_the_badge_all_the_same() -> None:
    """Ten stood for a moment; after it was deleted the badge is granted for that moment."""
    tenth = opportunity("o9", [("MEETING", 700)], lead="lead-9", deleted=True)
    steps = steps_of([*meetings(9), tenth])
    assert BadgeStep("appointment_setter.bronze", at(700), "opportunity:o9") in steps


def test_a_deleted_call_can_tip_a_badge() -> None:
    """Half of the calls were drops until one of them went: the deletion is the moment, the note its fact."""
    line = over_days(7, [DROP] * 30 + [PLAIN] * 30)
    assert not any(step.badge == "opener_elite.bronze" for step in steps_of(line))
    versions = [version(note_content(DROP), 0), version(note_content(DROP), 7 * DAY_S, deleted=True)]
    gone = KeptFact(note_fact("d0-0000", versions, [], NO_MAP, RULES))
    assert BadgeStep("opener_elite.bronze", day(7), "note:d0-0000") in steps_of([*line[1:], gone])


def test_a_late_fact_refolds_and_takes_nothing_away() -> None:
    """A drop that arrives behind the watermark spoils the rate; the badge granted before stays and is not doubled."""
    line = over_days(7, [DROP] * 24 + [PLAIN] * 26)
    granted = steps_of(line)
    assert any(step.badge == "opener_elite.bronze" for step in granted)
    late = calls("late", [DROP] * 20, 5_000)
    assert not any(step.badge == "opener_elite.bronze" for step in steps_of([*line, *late]))
    assert steps_of([*line, *late], granted=granted) == ()


def test_a_late_fact_can_tip_what_was_missed() -> None:
    """The tenth appointment arrives behind the watermark: the badge is reached at the moment of the last."""
    nine, late = meetings(9, from_s=600), opportunity("late", [("MEETING", 0)], lead="late")
    assert steps_of(nine) == ()
    assert steps_of([*nine, late]) == (BadgeStep("appointment_setter.bronze", at(600 + 8 * 60), "opportunity:o0008"),)


def test_twins_are_one_call_for_a_badge() -> None:
    """49 calls and a pair are 50; with a deleted V1 the other carries it; without either there are too few."""
    line = over_days(7, [PLAIN] * 49)
    pair = [call("v1", V1, 70), replace(call("v2", V2, 71), twin_of="note:v1")]
    fewer = over_days(7, [PLAIN] * 48)
    gone = [call("v1", V1, 70, deleted=True), pair[1]]
    named = {
        name: {step.badge for step in steps_of(facts)}
        for name, facts in {"pair": line + pair, "fewer": fewer + pair, "gone": line + gone}.items()
    }
    assert "opener_elite.bronze" in named["pair"]
    assert "opener_elite.bronze" not in named["fewer"]
    assert "opener_elite.bronze" in named["gone"]


@pytest.mark.parametrize(("watermark", "granted"), [(None, False), (at(29), False), (at(30), True)])
def test_no_badge_is_granted_beyond_the_watermark(watermark: datetime | None, granted: bool) -> None:
    """Up to and with its instant."""
    steps = steps_of([opportunity("o1", [("CUSTOMER", 30)])], watermark)
    assert bool(steps) is granted


def test_nothing_is_decided_from_a_note_that_may_turn_out_a_twin_on() -> None:
    """A second writer's note counts at once for the figures; grants wait until it is known to be a call of its own."""
    waiting = call("v2", V2, 50)
    assert decided_until([call("n1", V1), waiting], day(1)) == at(50) - timedelta(microseconds=1)
    assert decided_until([waiting], at(20)) == at(20)
    assert decided_until([waiting], None) is None
    assert decided_until([replace(waiting, call_key="note:v2")], day(1)) == day(1)
    assert decided_until([replace(waiting, twin_of="note:n1")], day(1)) == day(1)
