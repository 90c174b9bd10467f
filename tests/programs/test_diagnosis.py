"""Diagnosis: the seed's three scenarios and their like, each bound on both sides."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.progression.diagnosis import Finding, as_json, diagnose
from programs.progression.figures import Figures
from programs.progression.rules import default_rules

RULES = default_rules()
NO_DAYS = Figures()

# 100 calls, 40 conversations, a drop rate, long talks, appointments and shows that are all right.
SOUND = Figures(
    total_calls=100,
    known_duration_calls=100,
    connects=40,
    voicemails=15,
    sub_thirty_calls=30,
    over_two_minute_calls=25,
    appointments_set=10,
    appointments_held=7,
)
OPENER = replace(SOUND, connects=20, sub_thirty_calls=65, over_two_minute_calls=5, appointments_set=1)
VOICEMAIL = replace(OPENER, connects=8, voicemails=0, sub_thirty_calls=85)
CLOSER = replace(SOUND, appointments_set=0, appointments_held=0)
ENGAGEMENT = replace(SOUND, over_two_minute_calls=10, appointments_set=1)
SHOW_UP = replace(SOUND, appointments_held=2)


def subjects(figures: Figures, kind: str) -> list[str]:
    return [found.subject for found in diagnose(figures, NO_DAYS, RULES) if found.kind == kind]


@pytest.mark.parametrize(
    ("figures", "train"),
    [
        (OPENER, ["opener"]),
        (VOICEMAIL, ["voicemail"]),
        (CLOSER, ["closer"]),
        (ENGAGEMENT, ["engagement"]),
        (SHOW_UP, ["show_up"]),
        (SOUND, []),
    ],
)
def test_each_scenario_calls_for_its_training(figures: Figures, train: list[str]) -> None:
    """20 conversations and a drop rate of 65 % call for the opener, no voicemails for leaving some, good conversations
    without appointments for the closer; short talks for engagement, missed appointments for show-up."""
    assert subjects(figures, "train") == train


@pytest.mark.parametrize(
    ("figures", "train"),
    [
        (replace(SOUND, sub_thirty_calls=49), []),
        (replace(SOUND, sub_thirty_calls=50), ["opener"]),
        (replace(VOICEMAIL, connects=19), ["voicemail"]),
        (replace(VOICEMAIL, connects=20), ["opener"]),
        (replace(VOICEMAIL, voicemails=1), ["opener"]),
        (replace(SOUND, over_two_minute_calls=20), []),
        (replace(SOUND, over_two_minute_calls=19), ["engagement"]),
        (replace(SOUND, appointments_set=3), []),
        (replace(SOUND, appointments_set=2), ["closer"]),
        (replace(SOUND, total_calls=1000, connects=400, appointments_set=30, appointments_held=21), []),
        (replace(SOUND, total_calls=1000, connects=400, appointments_set=29, appointments_held=21), ["closer"]),
        (replace(SOUND, appointments_set=100, appointments_held=70), []),
        (replace(SOUND, appointments_set=100, appointments_held=69), ["show_up"]),
        (replace(SOUND, appointments_set=5, appointments_held=3), ["show_up"]),
        (replace(SOUND, appointments_set=4, appointments_held=0), []),
    ],
)
def test_a_finding_begins_at_its_bound(figures: Figures, train: list[str]) -> None:
    """A drop rate of 50 %, connects below 20 %, long talks below 20 %, appointments below 3 %, shows below 70 %."""
    assert subjects(figures, "train") == train


@pytest.mark.parametrize(
    ("figures", "train"),
    [
        (replace(CLOSER, sub_thirty_calls=60), ["opener"]),
        (replace(ENGAGEMENT, sub_thirty_calls=60), ["opener"]),
        (replace(CLOSER, over_two_minute_calls=10), ["engagement"]),
        (replace(CLOSER, connects=19, voicemails=0), ["voicemail"]),
        (replace(CLOSER, connects=19), []),
        (replace(OPENER, appointments_set=5, appointments_held=0), ["opener", "show_up"]),
    ],
)
def test_one_cause_is_named_and_not_what_it_explains(figures: Figures, train: list[str]) -> None:
    """No closer or engagement beside an opener, no opener beside calls that leave no message; missed appointments
    come beside anything; few connects with voicemails left call for no training."""
    assert subjects(figures, "train") == train


@pytest.mark.parametrize(
    ("figures", "strengths"),
    [
        (SOUND, ["opener", "engagement", "closer", "show_up"]),
        (replace(SOUND, sub_thirty_calls=50), ["engagement", "closer", "show_up"]),
        (replace(SOUND, over_two_minute_calls=19), ["opener", "closer", "show_up"]),
        (replace(SOUND, appointments_set=2), ["opener", "engagement"]),
        (replace(SOUND, appointments_held=6), ["opener", "engagement", "closer"]),
        (replace(SOUND, appointments_set=4, appointments_held=4), ["opener", "engagement", "closer"]),
    ],
)
def test_a_metric_within_its_badges_bronze_is_a_strength(figures: Figures, strengths: list[str]) -> None:
    """Below 50 % dropped, 20 % beyond two minutes, 3 % appointments, 70 % of five or more held."""
    assert subjects(figures, "strength") == strengths


@pytest.mark.parametrize(
    ("figures", "missing"),
    [
        (Figures(), ["voicemail", "opener", "engagement", "closer", "show_up"]),
        (Figures(total_calls=49, known_duration_calls=49), ["voicemail", "opener", "engagement", "closer", "show_up"]),
        (replace(SOUND, total_calls=50, known_duration_calls=49), ["opener", "engagement"]),
        (replace(SOUND, total_calls=50, known_duration_calls=50), []),
        (replace(SOUND, appointments_set=4), ["show_up"]),
    ],
)
def test_what_is_missing_is_told(figures: Figures, missing: list[str]) -> None:
    """50 calls, 50 of known duration for what goes by durations, five appointments."""
    assert subjects(figures, "not_enough_data") == missing


def test_unknown_durations_neither_accuse_nor_praise() -> None:
    """50 calls known to be short among 1,000 of unknown length: 5 % dropped is no strength and no lack of long talks;
    ten long ones of 50 are no lack either."""
    murky = replace(SOUND, total_calls=1_050, known_duration_calls=50, connects=400, appointments_set=0)
    short = replace(murky, sub_thirty_calls=50, over_two_minute_calls=0)
    assert (subjects(short, "train"), subjects(short, "strength")) == ([], [])
    assert subjects(replace(murky, sub_thirty_calls=0, over_two_minute_calls=9), "train") == ["engagement"]
    long = replace(murky, sub_thirty_calls=0, over_two_minute_calls=10)
    assert (subjects(long, "train"), subjects(long, "strength")) == (["closer"], ["opener"])


def test_a_finding_says_its_numbers_in_a_sentence() -> None:
    """Counts, the share, and what is wanted; the JSON holds the same."""
    found = diagnose(OPENER, NO_DAYS, RULES)[0]
    why = "65 of 100 calls ended within 30 s (65.00 %, wanted is below 50 %)."
    assert found == Finding("train", "opener", why, {"subThirtyCalls": 65, "calls": 100, "bound": 50})
    numbers = {"subThirtyCalls": 65, "calls": 100, "bound": 50}
    assert as_json((found,)) == [{"kind": "train", "subject": "opener", "why": why, "numbers": numbers}]


def test_a_share_of_the_calls_of_known_duration_says_so() -> None:
    """30 more calls of unknown duration: what a strength or a lack rests on is not said to be all calls."""
    more = replace(SOUND, total_calls=SOUND.total_calls + 30, over_two_minute_calls=40)
    of_known = f"of {SOUND.known_duration_calls} calls of known duration"
    strengths = {found.subject: found.why for found in diagnose(more, NO_DAYS, RULES) if found.kind == "strength"}
    assert of_known in strengths["opener"]
    assert f"of {more.total_calls} calls went" in strengths["engagement"]
    (lack,) = [
        found for found in diagnose(replace(more, over_two_minute_calls=5), NO_DAYS, RULES) if found.kind == "train"
    ]
    assert (lack.subject, of_known in lack.why) == ("engagement", True)


def test_what_is_missing_is_told_in_numbers() -> None:
    """How many calls there are, and how many it takes."""
    found = diagnose(Figures(total_calls=7), NO_DAYS, RULES)[0]
    assert found.why == "There are 7 of the 50 calls that it takes to tell."
    assert found.numbers == {"have": 7, "need": 50}


@st.composite
def any_figures(draw: st.DrawFn) -> Figures:
    """Figures of one rep that can be: no part larger than its whole."""
    calls = draw(st.integers(0, 200))
    known, connects = draw(st.integers(0, calls)), draw(st.integers(0, calls))
    short, booked = draw(st.integers(0, known)), draw(st.integers(0, 30))
    return Figures(
        total_calls=calls,
        known_duration_calls=known,
        connects=connects,
        voicemails=draw(st.integers(0, calls - connects)),
        sub_thirty_calls=short,
        over_two_minute_calls=draw(st.integers(0, known - short)),
        appointments_set=booked,
        appointments_held=draw(st.integers(0, booked)),
    )


@given(any_figures())
def test_findings_never_contradict_each_other(figures: Figures) -> None:
    """One finding a subject at most, and no more than one training for what happens on the phone."""
    found = diagnose(figures, NO_DAYS, RULES)
    assert len({finding.subject for finding in found}) == len(found)
    assert len(set(subjects(figures, "train")) - {"show_up"}) <= 1


@given(any_figures())
def test_nothing_is_found_below_its_minimum_sample(figures: Figures) -> None:
    """Below 50 calls, 50 known durations or five appointments only what is missing is told."""
    known = {found.subject for found in diagnose(figures, NO_DAYS, RULES) if found.kind != "not_enough_data"}
    assert not known or figures.total_calls >= 50 or known == {"show_up"}
    assert figures.known_duration_calls >= 50 or not known & {"opener", "engagement"}
    assert figures.appointments_set >= 5 or "show_up" not in known


@given(any_figures())
def test_every_finding_names_its_numbers(figures: Figures) -> None:
    """Each number but the bound's stands in the sentence."""
    for found in diagnose(figures, NO_DAYS, RULES):
        assert all(str(number) in found.why for number in found.numbers.values()), found.why


@pytest.mark.parametrize(
    ("recent", "kind"),
    [((0, 0), "train"), ((5, 2), "train"), ((2, 0), "train"), ((3, 0), "strength"), ((6, 0), "not_enough_data")],
)
def test_appointments_of_the_last_days_may_still_be_held(recent: tuple[int, int], kind: str) -> None:
    """Of 10 appointments with 5 held, those of the last 7 days (set, held) say nothing of showing up yet."""
    figures = replace(SOUND, appointments_set=10, appointments_held=5)
    found = diagnose(figures, Figures(appointments_set=recent[0], appointments_held=recent[1]), RULES)
    assert [each.kind for each in found if each.subject == "show_up"] == [kind]
