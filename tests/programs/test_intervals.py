"""Intervals: a record counts from when to when it counted, and each change of it is one moment."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
from progression_factories import DAY_S, NO_MAP, RULES, at, day, note_content, stage, target, version

from programs.progression.appointments import Point, windows
from programs.progression.facts import KeptFact, counted_calls
from programs.progression.figures import Figures
from programs.progression.moments import moments
from programs.progression.note_facts import note_fact
from programs.progression.opportunity_facts import opportunity_fact
from programs.progression.tally import Tally

NEW_YORK = ZoneInfo("America/New_York")
DROP = "Call - NO_ANSWER | 0:05 | Jane"
TALK = "Call - CONTACT | 2:05 | Jane"
LONGER = "Call - CONTACT | 3:05 | Jane"
MEETING = "Call - APPOINTMENT | 1:00 | Jane"
V2 = "Call - no_answer"
DELETED = "deleted"
History = list[tuple[str, float]]


def note(note_id: str, *history: tuple[str, float], twin_of: str | None = None, lead: str = "jane") -> KeptFact:
    """A note that had these titles from these seconds on; it was made at the first."""
    versions, title = [], ""
    for word, s in history:
        title = title if word == DELETED else word
        content = note_content(title, created_s=history[0][1])
        versions.append(version(content, s, deleted=word == DELETED))
    fact = note_fact(note_id, versions, [target(f"of-{note_id}", lead, note_id)], NO_MAP, RULES)
    return KeptFact(fact, twin_of=twin_of and f"note:{twin_of}")


def deal(deal_id: str, *history: tuple[str, float], lead: str = "jane") -> KeptFact:
    """An opportunity that was in these stages from these seconds on."""
    versions, name = [], "NEW"
    for word, s in history:
        name = name if word == DELETED else word
        versions.append(version(stage(name, s, lead=lead), s, deleted=word == DELETED))
    return KeptFact(opportunity_fact(deal_id, versions, NO_MAP, RULES))


def course(*facts: KeptFact) -> list[tuple[datetime, str, Figures]]:
    """The moments in order, each with the figures after it."""
    tally, found = Tally(RULES, NEW_YORK), []
    for moment in moments(facts, (), RULES):
        moment.change(tally)
        found.append((moment.at, moment.key, tally.figures()))
    return found


def seen(*facts: KeptFact, figure: str = "total_calls") -> list[tuple[datetime, object]]:
    return [(when, getattr(figures, figure)) for when, _, figures in course(*facts)]


def test_a_deleted_call_counted_until_then() -> None:
    """It is made, deleted and restored in moments of its own."""
    history = note("n1", (DROP, 0), (DELETED, 50), (DROP, 90))
    assert seen(history) == [(at(0), 1), (at(50), 0), (at(90), 1)]


def test_a_note_that_became_a_call_counts_from_then_on_the_day_it_was_written() -> None:
    """The call took place when the note was made."""
    tally = Tally(RULES, NEW_YORK)
    (moment,) = moments([note("n1", ("Roofs", 0), (DROP, 3 * DAY_S))], (), RULES)
    moment.change(tally)
    assert (moment.at, tally.call_days.days) == (day(3), [day(0).date()])


def test_an_edit_is_one_moment() -> None:
    """The old state goes out and the new one comes in at once: at no moment there are two calls or none."""
    found = course(note("n1", (DROP, 0), (TALK, 60)))
    assert [(when, f.total_calls, f.sub_thirty_calls, f.over_two_minute_calls) for when, _, f in found] == [
        (at(0), 1, 1, 0),
        (at(60), 1, 0, 1),
    ]


def test_a_touch_moves_to_the_other_lead_when_the_target_does() -> None:
    """Jane was called until the note was about Kim; a lead without calls was not called."""
    versions = [version(note_content(DROP), 0)]
    fact = note_fact(
        "n1", versions, [target("t2", "jane"), [version(target("t1", "kim")[0].content, 70)]], NO_MAP, RULES
    )
    tally = Tally(RULES, NEW_YORK)
    called = []
    for moment in moments([KeptFact(fact)], (), RULES):
        moment.change(tally)
        called.append((moment.at, sorted(tally.touches.days)))
    assert called == [(at(0), ["jane"]), (at(70), ["kim"])]


def test_a_full_cadence_is_lost_with_one_of_its_days() -> None:
    """Four days make it; without the call of one of them it is none, and brought back it is one again."""
    days = [note(f"n{n}", (DROP, n * DAY_S)) for n in (0, 2, 6)]
    last = note("n9", (DROP, 9 * DAY_S), (DELETED, 10 * DAY_S), (DROP, 11 * DAY_S))
    assert seen(*days, last, figure="leads_full_cadence")[3:] == [(day(9), 1), (day(10), 0), (day(11), 1)]


def test_a_second_call_of_the_day_keeps_the_cadence() -> None:
    """The day is still one on which the lead was called."""
    days = [note(f"n{n}", (DROP, n * DAY_S)) for n in (0, 2, 6, 9)]
    assert seen(*days, note("n8", (DROP, 9 * DAY_S + 5), (DELETED, 9 * DAY_S + 60)), figure="leads_full_cadence")[
        3:
    ] == [
        (day(9), 1),
        (at(9 * DAY_S + 5), 1),
        (at(9 * DAY_S + 60), 1),
    ]


def test_a_reopened_deal_was_a_deal_until_then() -> None:
    """And is one again from when it was won again."""
    found = deal("o1", ("CUSTOMER", 10), ("PROPOSAL", 20), ("CUSTOMER", 30))
    assert seen(found, figure="closed_deals") == [(at(10), 1), (at(20), 0), (at(30), 1)]


def test_a_deleted_deal_takes_its_appointment_along() -> None:
    """While it was there both counted; the moments are the opportunity's."""
    found = course(deal("o1", ("MEETING", 10), ("CUSTOMER", 20), (DELETED, 30)))
    assert [(key, f.appointments_set, f.appointments_held, f.closed_deals) for _, key, f in found] == [
        ("opportunity:o1", 1, 0, 0),
        ("opportunity:o1", 1, 1, 1),
        ("opportunity:o1", 0, 0, 0),
    ]


def test_an_appointment_stands_while_its_note_says_so() -> None:
    """The edit to another outcome takes it back, the call stays."""
    history = note("n1", (MEETING, 0), (TALK, 60))
    assert seen(history, figure="appointments_set") == [(at(0), 1), (at(60), 0)]
    assert seen(history)[-1] == (at(60), 1)


def test_windows_are_those_of_the_moment() -> None:
    """Signs 10 and 20 days after the first are one more appointment, until the first goes: then they are one in all."""
    signs = [note("n1", (MEETING, 0), (DELETED, 30 * DAY_S))]
    signs += [note(f"n{n}", (MEETING, n * DAY_S)) for n in (10, 20)]
    assert seen(*signs, figure="appointments_set") == [(day(0), 1), (day(10), 1), (day(20), 2), (day(30), 1)]


def test_an_appointment_is_held_only_while_the_sign_that_told_it_stands() -> None:
    """The note's appointment stays set when the held opportunity is deleted."""
    held = deal("o1", ("MEETING", 60), ("PROPOSAL", 120), (DELETED, 180))
    found = course(note("n1", (MEETING, 0)), held)
    assert [(f.appointments_set, f.appointments_held) for _, _, f in found] == [(1, 0), (1, 0), (1, 1), (1, 0)]


def test_of_twins_the_first_counts_while_it_is_there() -> None:
    """When it is deleted the other carries the call in the same moment; restored it takes it back."""
    first = note("v1", (DROP, 0), (DELETED, 100), (DROP, 200))
    found = course(first, note("v2", (V2, 1), twin_of="v1"))
    assert [(when, key, f.total_calls, f.sub_thirty_calls) for when, key, f in found] == [
        (at(0), "note:v1", 1, 1),
        (at(100), "note:v2", 1, 0),
        (at(200), "note:v1", 1, 1),
    ]


def test_a_second_writer_that_came_before_the_first_counts_until_then() -> None:
    """There is one call from the first moment on."""
    found = course(note("v1", (DROP, 5)), note("v2", (V2, 0), twin_of="v1"))
    assert [(when, key, f.total_calls) for when, key, f in found] == [(at(0), "note:v2", 1), (at(5), "note:v1", 1)]


def test_twins_that_are_both_gone_are_no_call() -> None:
    """The deleted second writer's note changes nothing while the first counts."""
    found = course(note("v1", (DROP, 0), (DELETED, 300)), note("v2", (V2, 1), (DELETED, 200), twin_of="v1"))
    assert [(when, f.total_calls) for when, _, f in found] == [(at(0), 1), (at(300), 0)]


def test_a_streak_day_is_gone_with_its_only_activity() -> None:
    """A deal's stages keep the streak on their days while it is there."""
    tally = Tally(RULES, NEW_YORK)
    line = moments([deal("o1", ("MEETING", 0), ("PROPOSAL", DAY_S), (DELETED, 2 * DAY_S))], (), RULES)
    active = []
    for moment in line:
        moment.change(tally)
        active.append(len(tally.active_on))
    assert active == [1, 2, 0]


TITLES = st.sampled_from([DROP, TALK, LONGER, MEETING, "Roofs", DELETED])
STAGES = st.sampled_from(["NEW", "MEETING", "PROPOSAL", "CUSTOMER", DELETED])
LEADS = st.sampled_from(["jane", "kim"])


def histories(words: st.SearchStrategy[str]) -> st.SearchStrategy[History]:
    hours = st.lists(st.integers(0, 500), min_size=1, max_size=5, unique=True).map(sorted)
    return hours.flatmap(
        lambda found: st.lists(words, min_size=len(found), max_size=len(found)).map(
            lambda names: [(name, hour * 3_600.0) for name, hour in zip(names, found, strict=True)]
        )
    )


@st.composite
def facts(draw: st.DrawFn) -> list[KeptFact]:
    """Calls, some of them with a twin, and opportunities, all with histories."""
    found: list[KeptFact] = []
    for n in range(draw(st.integers(0, 4))):
        found.append(note(f"n{n}", *draw(histories(TITLES)), lead=draw(LEADS)))
        if draw(st.booleans()):
            found.append(note(f"t{n}", *draw(histories(st.sampled_from([V2, DELETED]))), twin_of=f"n{n}"))
    found += [deal(f"o{n}", *draw(histories(STAGES)), lead=draw(LEADS)) for n in range(draw(st.integers(0, 3)))]
    return found


@given(facts())
def test_after_all_moments_the_tally_is_that_of_the_newest_states(found: list[KeptFact]) -> None:
    """Counted anew from the newest states alone, without any history, the figures are the same."""
    calls = counted_calls({kept.fact.key: kept for kept in found})
    counted = [kept.fact for kept in found if kept.fact.kind == "opportunity"] + list(calls.values())
    signs = [Point(f.met_at, f.lead or f.key, f.held_at) for f in counted if f.met_now and f.met_at]
    appointments = windows(signs, RULES.appointment_window_days)
    figures = course(*found)[-1][2] if course(*found) else Figures()
    assert (figures.total_calls, figures.closed_deals) == (len(calls), sum(f.won_now for f in counted))
    assert figures.sub_thirty_calls == sum((f.duration_s or 99) < 30 for f in calls.values())
    assert figures.over_two_minute_calls == sum((f.duration_s or 0) > 120 for f in calls.values())
    assert figures.connects == sum(f.disposition in RULES.connect_dispositions for f in calls.values())
    assert figures.leads_called == len({f.lead for f in calls.values()})
    assert (figures.appointments_set, figures.appointments_held) == (
        len(appointments),
        sum(window.held_at is not None for window in appointments),
    )


@given(facts())
def test_histories_only_add_moments_in_between(found: list[KeptFact]) -> None:
    """The same facts without histories end in the same figures, and the moments come in order of time and key."""
    plain = [replace(kept, fact=replace(kept.fact, earlier=())) for kept in found]
    ends = [tail[-1][2] if (tail := course(*line)) else Figures() for line in (found, plain)]
    assert ends[0] == ends[1]
    assert [(when, key) for when, key, _ in course(*found)] == sorted((when, key) for when, key, _ in course(*found))
