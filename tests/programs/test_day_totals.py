"""Day totals: what each fact adds to its rep's day, moved by differences only."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from progression_factories import DAY_S, REP, RULES, call, opportunity, training

from programs.progression.day_totals import COLUMNS, DayTotals, day_totals, difference
from programs.progression.facts import EXAM, KeptFact

ZONES = {REP: ZoneInfo("America/New_York"), "rep-2": ZoneInfo("Asia/Tokyo")}
MONDAY = date(2026, 11, 16)
V1 = "Call - NO_ANSWER | 0:40 | Jane"
V2 = "Call - no_answer"


def totals(*facts: KeptFact) -> DayTotals:
    return day_totals({kept.fact.key: kept for kept in facts}, ZONES, RULES)


def moved(kept: KeptFact, to: datetime) -> KeptFact:
    return replace(kept, fact=replace(kept.fact, occurred_at=to))


def counts(**columns: int) -> Counter[str]:
    return Counter(columns)


@pytest.mark.parametrize(
    ("clock", "columns"),
    [
        ("0:00", {"sub_thirty": 1}),
        ("0:29", {"sub_thirty": 1}),
        ("0:30", {}),
        ("2:00", {}),
        ("2:01", {"over_two_minutes": 1}),
        ("75:00", {"over_two_minutes": 1}),
    ],
)
def test_a_calls_duration_counts_strictly(clock: str, columns: dict[str, int]) -> None:
    """29 s is a drop and 30 s is not, 120 s is not over two minutes and 121 s is."""
    found = totals(call("n1", f"Call - NO_ANSWER | {clock} | Jane"))
    assert found == {(REP, MONDAY): counts(calls=1, activities=1, known_durations=1, **columns)}


@pytest.mark.parametrize("title", ["Call - CONTACT | 0:00 | Jane", "Call - CONTACT | 2:75 | Jane", "Call - contact"])
def test_an_unknown_duration_is_neither_short_nor_long(title: str) -> None:
    """It is a call all the same."""
    assert totals(call("n1", title)) == {(REP, MONDAY): counts(calls=1, activities=1)}


def test_twin_notes_count_once() -> None:
    """The first note's reading is the call's."""
    first, second = call("a", V1), replace(call("b", V2, 1), twin_of="note:a")
    assert totals(first, second) == totals(first)


@pytest.mark.parametrize("gone", [call("a", V1, deleted=True), KeptFact(replace(call("a", V1).fact, kind="other"))])
def test_the_twin_carries_the_call_when_the_first_note_is_gone(gone: KeptFact) -> None:
    """Deleted or renamed away, it leaves the call to the other note."""
    second = replace(call("b", V2, 1), twin_of="note:a")
    assert totals(gone, second) == totals(second)


def test_a_twin_whose_first_note_became_anothers_counts_for_its_own_rep() -> None:
    """What is counted for a rep follows from that rep's facts alone, so that a recount gives the same."""
    second = replace(call("b", V2, 1), twin_of="note:a")
    of_second = totals(second)
    assert totals(call("a", V1, rep="rep-2"), second).items() >= of_second.items()
    assert of_second[REP, MONDAY]["calls"] == 1


def test_when_both_twins_are_gone_there_is_no_call() -> None:
    """Deleted notes add nothing."""
    second = replace(call("b", V2, 1, deleted=True), twin_of="note:a")
    assert totals(call("a", V1, deleted=True), second) == {}


@pytest.mark.parametrize(
    "kept",
    [
        call("n1", "Groceries"),
        call("n1", "Call - rejected", body="Rejected incoming call"),
        opportunity("o1", [("SCREENING", 0)]),
        opportunity("o1", [("CUSTOMER", 0)], deleted=True),
        KeptFact(replace(call("n1", V1).fact, rep=None)),
    ],
)
def test_what_is_no_work_of_a_rep_adds_nothing(kept: KeptFact) -> None:
    """Other notes, inbound calls, deals that met nobody, deleted ones, and what is nobody's."""
    assert totals(kept) == {}


def test_every_step_of_an_opportunity_is_an_activity_of_its_day() -> None:
    """A streak lives on the meeting, the proposal and the deal; none of them is a call."""
    deal = opportunity("o1", [("MEETING", 0), ("PROPOSAL", DAY_S), ("CUSTOMER", 3 * DAY_S)])
    days = [date(2026, 11, 16), date(2026, 11, 17), date(2026, 11, 19)]
    assert totals(deal) == {(REP, on): counts(activities=1) for on in days}


def test_training_is_an_activity_passed_or_not() -> None:
    """A failed exam is work too."""
    assert totals(training("e1", EXAM, "operative", score=10)) == {(REP, MONDAY): counts(activities=1)}


@pytest.mark.parametrize(
    ("at", "rep", "on"),
    [
        (datetime(2026, 11, 17, 4, 59, 59, tzinfo=UTC), REP, date(2026, 11, 16)),
        (datetime(2026, 11, 17, 5, tzinfo=UTC), REP, date(2026, 11, 17)),
        (datetime(2026, 11, 16, 14, 59, tzinfo=UTC), "rep-2", date(2026, 11, 16)),
        (datetime(2026, 11, 16, 15, tzinfo=UTC), "rep-2", date(2026, 11, 17)),
        (datetime(2026, 3, 8, 4, 59, tzinfo=UTC), REP, date(2026, 3, 7)),
        (datetime(2026, 3, 8, 5, tzinfo=UTC), REP, date(2026, 3, 8)),
        (datetime(2026, 3, 9, 3, 59, tzinfo=UTC), REP, date(2026, 3, 8)),
        (datetime(2026, 3, 9, 4, tzinfo=UTC), REP, date(2026, 3, 9)),
        (datetime(2026, 11, 1, 4, tzinfo=UTC), REP, date(2026, 11, 1)),
        (datetime(2026, 11, 2, 4, 59, tzinfo=UTC), REP, date(2026, 11, 1)),
    ],
)
def test_the_day_is_the_reps_own(at: datetime, rep: str, on: date) -> None:
    """New York's or Tokyo's, on days of 23 and of 25 hours too."""
    assert list(totals(moved(call("n1", V1, rep=rep), at))) == [(rep, on)]


def test_a_call_that_changes_its_rep_leaves_the_one_for_the_other() -> None:
    """The difference takes from one day what it gives to another."""
    change = difference(totals(call("n1", V1)), totals(call("n1", V1, rep="rep-2")))
    one = counts(calls=1, activities=1, known_durations=1)
    assert change == {(REP, MONDAY): Counter({name: -n for name, n in one.items()}), ("rep-2", MONDAY): one}


def test_no_change_is_no_difference() -> None:
    """Nothing is written for a fact that counts as before."""
    before = totals(call("n1", V1), call("n2", V1))
    assert difference(before, totals(call("n1", V1), call("n2", "Call - DNC | 0:41 | Jane"))) == {}


TITLES = st.sampled_from([V1, V2, "Call - CONTACT | 0:10 | J", "Call - CONTACT | 2:05 | J", "Call - contact", "x"])
REPS = st.sampled_from([REP, "rep-2"])
SECONDS = st.integers(0, 2 * DAY_S)
CALLS = st.builds(call, st.just("n1"), TITLES, SECONDS, rep=REPS, deleted=st.booleans())
DEALS = st.builds(
    opportunity,
    st.just("o1"),
    st.lists(st.tuples(st.sampled_from(RULES.stages.ladder), SECONDS), min_size=1, max_size=3),
    rep=st.none() | REPS,
)


@st.composite
def floors(draw: st.DrawFn) -> Mapping[str, KeptFact]:
    """A few facts by key; some notes are twins of a first one that is there."""
    facts: dict[str, KeptFact] = {}
    for n, kept in enumerate(draw(st.lists(CALLS | DEALS, max_size=6))):
        key = f"{kept.fact.key}{n}"
        twin_of = draw(st.sampled_from([None, *facts])) if kept.fact.kind == "call" else None
        facts[key] = replace(kept, fact=replace(kept.fact, key=key), twin_of=twin_of)
    return facts


@given(floors(), floors())
def test_the_difference_turns_old_totals_into_new_ones(
    old: Mapping[str, KeptFact], new: Mapping[str, KeptFact]
) -> None:
    """Added to the totals of before it gives those of after, column by column; days left over are all 0."""
    before, after = day_totals(old, ZONES, RULES), day_totals(new, ZONES, RULES)
    change = difference(before, after)
    for on in before.keys() | after.keys() | change.keys():
        for name in COLUMNS:
            total = before.get(on, Counter())[name] + change.get(on, Counter())[name]
            assert total == after.get(on, Counter())[name]
    assert all(any(columns.values()) for columns in change.values())


@given(st.lists(CALLS, max_size=6))
def test_facts_apart_add_up_to_facts_together(calls: list[KeptFact]) -> None:
    """Without twins, totals of many facts are the sum of the totals of each."""
    facts = [replace(kept, fact=replace(kept.fact, key=f"note:{n}")) for n, kept in enumerate(calls)]
    added: DayTotals = {}
    for kept in facts:
        for on, columns in totals(kept).items():
            added.setdefault(on, Counter()).update(columns)
    assert {on: +columns for on, columns in totals(*facts).items()} == {on: +columns for on, columns in added.items()}
