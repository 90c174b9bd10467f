"""Standing: what a rep's row should say, as a function of facts, awards, the row and the time."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from progression_factories import DAY_S, REP, RULES, at, call, day, opportunity, training

from programs.progression.facts import BATTLE, CERTIFICATION, EXAM, MODULE, KeptFact
from programs.progression.fold import BadgeStep, RankStep
from programs.progression.moments import PaidXp
from programs.progression.row import PassedExam, read_row
from programs.progression.standing import Standing, desired_row, standing
from programs.progression.standing_json import standing_json
from programs.progression.starting import start_from_row
from programs.progression.tally import Tally
from programs.progression.work import Work
from programs.progression.xp_merge import MergedXp

NEW_YORK = ZoneInfo("America/New_York")
TODAY = date(2026, 11, 18)
NOON = datetime(2026, 11, 18, 17, tzinfo=UTC)
LATER = day(30)
V1 = "Call - NO_ANSWER | 0:40 | Jane"
WORK = Work((), (), (), (), NEW_YORK)
REPORTS = ("efficiency", "eligibility", "gates", "badges")
DIALS = [call(f"n{n:03}", V1, n) for n in range(100)]
MODULES = [training(f"a{n}", MODULE, f"module_{n}", 200 + n, score=80) for n in (0, 1)]


def xp_of(foreign: int, ours: int) -> MergedXp:
    return MergedXp(foreign + ours, ours, foreign, 0, lowered=False, foreign_write=False)


def stand(
    work: Work = WORK,
    row: dict[str, object] | None = None,
    foreign: int = 0,
    gap: int = 0,
    watermark: datetime | None = LATER,
    as_of: datetime = NOON,
) -> Standing:
    ours = sum(award.amount for award in work.awards) + gap
    return standing(work, read_row(row), xp_of(foreign, ours), watermark, as_of, RULES)


def facts(*kept: KeptFact, awards: Sequence[PaidXp] = ()) -> Work:
    return Work(kept, awards, (), (), NEW_YORK)


def active(*days_ago: int) -> Work:
    return replace(WORK, active_days=[TODAY - timedelta(days=n) for n in days_ago])


def test_a_rep_who_did_nothing_stands_at_the_beginning() -> None:
    """Level 1, the lowest rank, every list empty, nothing to wait for."""
    found = stand()
    assert (found.level, found.rank, found.steps, found.streak_days) == (1, "E-1", (), 0)
    assert (found.bosses, found.certifications, found.exams) == (frozenset(), frozenset(), ())
    assert found.next_change_at is None


def test_the_module_that_was_lacking_tips_the_promotion() -> None:
    """100 dials and 500 XP were there before it."""
    found = stand(facts(*DIALS, *MODULES), foreign=500)
    assert found.steps == (RankStep("E-2", at(201), "module:a1"),)
    assert found.rank == "E-2"


def test_the_hundredth_dial_tips_the_promotion() -> None:
    """With its own 2 XP it makes 100 dials and 500 XP; 99 dials are no promotion whatever the XP."""
    modules = [replace(kept, fact=replace(kept.fact, occurred_at=at(-1))) for kept in MODULES]
    awards = [PaidXp(kept.fact.key, 2, kept.fact.occurred_at) for kept in DIALS]
    found = stand(facts(*DIALS, *modules, awards=awards), foreign=300)
    assert found.steps == (RankStep("E-2", at(99), "note:n099"),)
    assert stand(facts(*DIALS[:99], *modules, awards=awards), foreign=10_000).steps == ()


def test_the_rank_is_the_last_of_several_promotions() -> None:
    """Two ranks in one moment leave the rep on the higher."""
    row: dict[str, object] = {"completedModules": ["module_2", "module_3"], "badges": ["closer", "first_blood"]}
    meetings = [opportunity(f"o{lead}", [("MEETING", 5)], lead=lead) for lead in ("jane", "kim", "lee")]
    found = stand(facts(*DIALS, *MODULES, *meetings), row, foreign=1_500)
    assert found.steps == (RankStep("E-2", at(201), "module:a1"), RankStep("E-3", at(201), "module:a1"))
    assert found.rank == "E-3"


def test_beyond_the_watermark_figures_show_and_ranks_wait() -> None:
    """Dials and modules are counted at once, the promotion is granted when all up to it was seen."""
    work = facts(*DIALS, *MODULES)
    early = stand(work, foreign=500, watermark=at(200))
    assert (early.rank, early.figures.total_calls, len(early.figures.modules)) == ("E-1", 100, 2)
    assert stand(work, foreign=500, watermark=None).rank == "E-1"
    assert stand(work, foreign=500, watermark=at(201)).rank == "E-2"


def test_a_rank_once_granted_stays() -> None:
    """Deleted calls lower the figures, not the rank."""
    found = stand(replace(WORK, ranks=["E-3", "E-2"]))
    assert (found.rank, found.steps) == ("E-3", ())
    assert found.eligibility["current"] == "E-3"


@pytest.mark.parametrize(
    ("word", "rank", "elsewhere"),
    [("E-7", "E-7", True), ("team_lead", "E-6", True), ("E-2", "E-2", False), ("sdr_1", "E-2", False)],
)
def test_a_rank_that_a_leader_gave_stays(word: str, rank: str, elsewhere: bool) -> None:
    """The row's rank counts when it is above ours, and is marked."""
    found = stand(replace(WORK, ranks=["E-2"]), {"currentRank": word})
    assert (found.rank, found.steps) == (rank, ())
    assert found.eligibility["grantedElsewhere"] is elsewhere


def test_a_promotion_of_ours_is_not_granted_elsewhere() -> None:
    """Neither the lowest rank, nor one reached just now; a word that is no rank counts for nothing."""
    promoted = stand(facts(*DIALS, *MODULES), {"currentRank": "Wizard"}, foreign=500)
    assert (promoted.rank, promoted.eligibility["grantedElsewhere"]) == ("E-2", False)
    assert stand().eligibility["grantedElsewhere"] is False


def test_xp_of_others_counts_for_level_and_gates() -> None:
    """The level and the XP gate look at the merged total, XP of ours that no award explains included."""
    found = stand(facts(awards=[PaidXp("note:a", 20, at(0))]), foreign=450, gap=30)
    assert (found.figures.total_xp, found.level) == (500, 4)
    gates = found.eligibility["gates"]
    assert isinstance(gates, list)
    assert gates[0] == {"rank": "E-2", "gate": "xp", "need": 500, "have": 500, "met": True, "reason": ""}


def test_what_others_put_into_the_row_opens_gates() -> None:
    """Modules, badges, certifications and exams of the row count from the start, exams under their one name."""
    row: dict[str, object] = {
        "completedModules": ["module_0", "module_1"],
        "badges": ["closer.bronze"],
        "certifications": ["leadership_cert"],
        "passedExams": [{"id": "operative", "score": 85}, "senior_operative_cert"],
    }
    figures = stand(facts(*DIALS), row, foreign=500).figures
    assert figures.modules == {"module_0", "module_1"}
    assert figures.badges == {"closer.bronze"}
    assert figures.certifications == {"leadership_certification"}
    assert figures.exams == {"operative_certification": Decimal(85)}
    assert figures.unscored_exams == {"senior_certification"}
    assert stand(facts(*DIALS), row, foreign=500).steps == (RankStep("E-2", at(99), "note:n099"),)


@pytest.mark.parametrize(
    ("days_ago", "streak", "waits"),
    [((0, 1, 2), 3, True), ((1, 2), 2, True), ((2, 3), 0, False), ((-1,), 0, True), ((), 0, False)],
)
def test_a_streak_may_change_at_the_reps_next_midnight(days_ago: tuple[int, ...], streak: int, waits: bool) -> None:
    """It breaks then, or grows by a day that a faster clock has begun already; a broken one waits for nothing."""
    found = stand(active(*days_ago))
    assert found.streak_days == streak
    assert found.next_change_at == (datetime(2026, 11, 19, 5, tzinfo=UTC) if waits else None)


@pytest.mark.parametrize(
    ("zone", "as_of", "midnight"),
    [
        ("America/New_York", datetime(2026, 11, 18, 4, 59, tzinfo=UTC), datetime(2026, 11, 18, 5, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 11, 18, 5, tzinfo=UTC), datetime(2026, 11, 19, 5, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 3, 8, 5, tzinfo=UTC), datetime(2026, 3, 9, 4, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 11, 1, 4, tzinfo=UTC), datetime(2026, 11, 2, 5, tzinfo=UTC)),
        ("America/Havana", datetime(2026, 3, 7, 17, tzinfo=UTC), datetime(2026, 3, 8, 5, tzinfo=UTC)),
    ],
)
def test_midnight_is_the_reps_own(zone: str, as_of: datetime, midnight: datetime) -> None:
    """In UTC; on days of 23 and 25 hours, and where the clock skips midnight, it is when the next day begins."""
    rep_zone = ZoneInfo(zone)
    work = replace(WORK, active_days=[as_of.astimezone(rep_zone).date()], time_zone=rep_zone)
    found = stand(work, as_of=as_of).next_change_at
    assert found == midnight
    assert found.tzinfo is UTC


REPORTS = ("efficiency", "eligibility", "gates", "badges", "diagnosis")
FULL = Work(
    facts=[
        *DIALS[:5],
        *MODULES,
        opportunity("o1", [("MEETING", 5), ("CUSTOMER", DAY_S)]),
        training("b1", BATTLE, "5", 300, outcome="win"),
        training("e1", EXAM, "operative", 400, score=91.5),
        training("c1", CERTIFICATION, "leadership_cert", 500),
    ],
    awards=[PaidXp("note:n001", 2, at(1)), PaidXp("module:rep-1:module_0", 50, at(200))],
    active_days=[TODAY, TODAY - timedelta(days=1)],
    ranks=["E-2"],
    time_zone=NEW_YORK,
)


@given(st.integers(0, 86_399), st.randoms())
def test_a_standing_depends_on_facts_and_the_day_only(second: int, shuffler: Random) -> None:
    """At any second of the rep's day and in any order, the same facts give the same standing, to the byte."""
    begin = datetime(2026, 11, 18, 5, tzinfo=UTC)
    shuffled = replace(FULL, facts=shuffler.sample(FULL.facts, len(FULL.facts)))
    found, again = stand(FULL, as_of=begin), stand(shuffled, as_of=begin + timedelta(seconds=second))
    assert again == found
    assert json.dumps(standing_json(again, RULES)) == json.dumps(standing_json(found, RULES))


def test_badges_open_the_gate_of_e3_from_when_they_were_reached() -> None:
    """Two different badges with a third appointment: the second badge's moment is the promotion's."""
    modules = [training(f"a{n}", MODULE, f"module_{n}", 200 + n, score=80) for n in range(4)]
    meetings = [opportunity(f"o{n}", [("MEETING", 300 + n)], lead=f"lead-{n}") for n in range(3)]
    first = opportunity("o9", [("CUSTOMER", 310)], lead="lead-0")
    boss = training("b1", BATTLE, "5", 320, outcome="win")
    found = stand(facts(*DIALS, *modules, *meetings, first, boss), foreign=1_500)
    assert found.badge_steps == (
        BadgeStep("first_blood", at(310), "opportunity:o9"),
        BadgeStep("redhawk_slayer", at(320), "battle:b1"),
    )
    assert found.steps[-1] == RankStep("E-3", at(320), "battle:b1")


def test_badges_of_others_are_not_ours() -> None:
    """They open gates, and what repsync granted before is kept; the row gets both anyway."""
    granted = [BadgeStep("first_blood", at(9), "opportunity:gone")]
    found = stand(replace(WORK, badges=granted), {"badges": ["email_expert", "first_blood"]})
    assert (found.badges, found.badge_steps) == ({"first_blood"}, ())
    assert found.figures.badges == {"email_expert", "first_blood"}


E4_ROW: dict[str, object] = {
    "completedModules": [f"module_{n}" for n in range(6)],
    "badges": ["a", "b.gold"],
    "passedExams": [{"id": "operative_certification", "score": 90}],
}
E4_WORK = [
    *DIALS,
    *(opportunity(f"o{n}", [("CUSTOMER", 200 + n)], lead=f"lead-{n}") for n in range(5)),
    *(call(f"d{n:03}", "Call - NO_ANSWER | 0:05 | Jane", 500 + n) for n in range(150)),
]


@pytest.mark.parametrize(
    ("own", "rank"),
    [
        ([], "E-4"),
        ([training("a5", MODULE, "module_5", 900, score=100)], "E-3"),
        ([training("a5", MODULE, "module_5", 900, score=99)], "E-4"),
        ([training("e1", EXAM, "operative", 900, score=90)], "E-3"),
        ([training("e1", EXAM, "operative", 900, score=85)], "E-4"),
    ],
)
def test_what_we_wrote_into_the_row_counts_from_when_it_was_earned(own: list[KeptFact], rank: str) -> None:
    """The drop rate was good before 500 s only: what the rep passed at 900 s came too late, though the row has it.

    What others put into the row counts from the start, so does what an attempt of another outcome does not explain.
    """
    assert stand(facts(*E4_WORK, *own), E4_ROW, foreign=3_000).rank == rank


def test_a_certification_of_ours_is_not_there_from_the_start() -> None:
    """One that others put into the row is, under the exam's one name."""
    own = training("c1", CERTIFICATION, "leadership_cert", 500)
    row = read_row({"certifications": ["leadership_cert", "operative"]})
    tally = Tally(RULES, NEW_YORK)
    start_from_row(tally, row, [own.fact], ())
    assert tally.certifications == {"operative_certification"}


def test_no_rank_rests_on_a_note_that_may_be_the_twin_of_another() -> None:
    """The hundredth dial is in the figures at once, and promotes when it is known to be a call of its own."""
    modules = [replace(kept, fact=replace(kept.fact, occurred_at=at(-1))) for kept in MODULES]
    last = call("v2", "Call - no_answer", 200)
    waiting = stand(facts(*DIALS[:99], *modules, last), foreign=500)
    assert (waiting.rank, waiting.figures.total_calls) == ("E-1", 100)
    decided = replace(last, call_key="note:v2")
    assert stand(facts(*DIALS[:99], *modules, decided), foreign=500).steps == (RankStep("E-2", at(200), "note:v2"),)


def test_badges_of_ours_in_the_row_open_no_gate_before_they_were_reached() -> None:
    """Three appointments stood until one was deleted; the second badge came after that, and so no E-3."""
    modules = [training(f"a{n}", MODULE, f"module_{n}", 200 + n, score=80) for n in range(4)]
    meetings = [opportunity(f"o{n}", [("MEETING", 300)], lead=f"lead-{n}", deleted=n == 2) for n in range(3)]
    granted = [BadgeStep("first_blood", at(250), "opportunity:o7"), BadgeStep("redhawk_slayer", at(400), "battle:b1")]
    work = replace(facts(*DIALS, *modules, *meetings), badges=granted)
    row: dict[str, object] = {"badges": ["first_blood", "redhawk_slayer"]}
    assert stand(work, row, foreign=1_500).rank == "E-2"
    assert stand(replace(work, badges=granted[:1]), row, foreign=1_500).rank == "E-3"


def test_a_standing_is_kept_as_json_for_people() -> None:
    """Figures and reports by the row's names, no times and no keys that change with every run."""
    kept = standing_json(stand(FULL, foreign=448), RULES)
    assert {name: value for name, value in kept.items() if name not in REPORTS} == {
        "totalXp": 500,
        "currentLevel": 4,
        "currentRank": "E-2",
        "closedDeals": 1,
        "totalCalls": 5,
        "subThirtyCalls": 0,
        "overTwoMinuteCalls": 0,
        "appointmentsSet": 1,
        "appointmentsHeld": 1,
        "streakDays": 2,
        "completedModules": ["module_0", "module_1"],
        "certifications": ["leadership_cert"],
        "defeatedBosses": ["boss_5"],
    }
    assert [gate["rank"] for gate in kept["gates"]].count("E-7") == 3
    assert kept["badges"]["earned"] == ["first_blood", "redhawk_slayer"]
    assert {"badge": "closer", "tier": "bronze", "need": 5, "have": 1, "reason": ""} in kept["badges"]["next"]
    assert {(found["kind"], found["subject"]) for found in kept["diagnosis"]} >= {("not_enough_data", "opener")}


def test_the_desired_row_says_the_standing() -> None:
    """XP as merged, and only what the rep's own facts put on the lists."""
    found = stand(FULL, {"badges": ["closer.gold"], "certifications": ["tcpa"]}, foreign=448)
    row = desired_row(REP, "Tim Apple", found, xp_of(448, 52), None)
    assert (row.workspace_member_id, row.name, row.total_xp, row.synced_xp) == (REP, "Tim Apple", 500, 52)
    assert (row.level, row.rank, row.closed_deals, row.streak_days) == (4, "E-2", 1, 2)
    assert (row.efficiency, row.eligibility) == (found.efficiency, found.eligibility)
    lists = [set(ids) for ids in (row.modules, row.bosses, row.certifications, row.badges)]
    assert lists == [{"module_0", "module_1"}, {"boss_5"}, {"leadership_cert"}, {"first_blood", "redhawk_slayer"}]
    assert row.exams == (PassedExam("operative_certification", Decimal("91.5"), date(2026, 11, 16)),)


@pytest.mark.parametrize(
    ("scores", "best"),
    [([79.99], None), ([80], (80, 16)), ([90, 85], (90, 16)), ([85, 90], (90, 17)), ([90, 10, 90], (90, 16))],
)
def test_the_best_passing_score_of_an_exam_is_listed(scores: list[float], best: tuple[int, int] | None) -> None:
    """With the rep's day on which it was first reached; a failed exam is none."""
    evenings = [(n + 0.5) * DAY_S for n in range(len(scores))]
    attempts = [training(f"e{s}", EXAM, "operative", s, score=score) for s, score in zip(evenings, scores, strict=True)]
    passed = PassedExam("operative_certification", Decimal(best[0]), date(2026, 11, best[1])) if best else None
    assert stand(facts(*attempts)).exams == ((passed,) if passed else ())


def test_an_exam_without_a_pass_mark_is_not_listed() -> None:
    """Nobody can tell whether it was passed."""
    assert stand(facts(training("e1", EXAM, "juggling", score=100))).exams == ()
