"""The fold: promotions in event time, each naming what tipped it, and never beyond the watermark."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from progression_factories import RULES, at
from progression_grants import folded

from programs.progression.call_days import CallCounts
from programs.progression.contributions import NOTHING, Contribution, CountedCall
from programs.progression.fold import RankStep
from programs.progression.moments import Moment
from programs.progression.tally import Tally

DROPPED = Contribution(CountedCall(at(0), "jane", "BUSY", 5))
TALKED = Contribution(CountedCall(at(0), "jane", "CONTACT", 45))
CODES = [rank.code for rank in RULES.ranks]
LATER = at(10**6)

Change = Callable[[Tally], None]


def dial(tally: Tally) -> None:
    tally.exchange(NOTHING, DROPPED)


def talk(tally: Tally) -> None:
    tally.exchange(NOTHING, TALKED)


def xp(amount: int) -> Change:
    def change(tally: Tally) -> None:
        tally.xp += amount

    return change


def learn(module: str) -> Change:
    return lambda tally: tally.modules.add(module)


def badge(name: str) -> Change:
    return lambda tally: tally.badges.add(name)


def appointment(tally: Tally) -> None:
    tally.appointments.set += 1


def deal(tally: Tally) -> None:
    tally.deals += 1


def almost(rank: str) -> Tally:
    """A tally that meets all of a rank's gates (up to E-3), but has no XP."""
    tally = Tally(RULES, UTC)
    for change in [*[dial] * 100, learn("module_0"), learn("module_1")]:
        change(tally)
    if rank == "E-3":
        for change in [learn("module_2"), learn("module_3"), badge("a.gold"), badge("b"), *[appointment] * 3]:
            change(tally)
    return tally


def moments(*changes: Change) -> list[Moment]:
    """A moment each second, named by its number."""
    return [Moment(at(s), str(s), change) for s, change in enumerate(changes)]


def promotions(line: list[Moment], tally: Tally, rank: str, watermark: datetime | None) -> tuple[RankStep, ...]:
    return tuple(folded(line, tally, rank, watermark).promotions)


@pytest.mark.parametrize(
    ("lacking", "tip"),
    [
        (lambda tally: tally.modules.discard("module_1"), learn("module_1")),
        (lambda tally: setattr(tally.calls, "calls", 99), dial),
        (lambda tally: setattr(tally, "xp", 498), xp(2)),
    ],
)
def test_a_promotion_names_the_fact_that_tipped_it(lacking: Change, tip: Change) -> None:
    """Be it the module, the 100th dial or the last XP: the moment before it is not enough, the one after not it."""
    tally = almost("E-2")
    tally.xp = 500
    lacking(tally)
    steps = promotions(moments(learn("module_0"), tip, xp(1)), tally, "E-1", LATER)
    assert steps == (RankStep("E-2", at(1), "1"),)


def test_several_ranks_in_one_moment_give_a_step_each() -> None:
    """The XP of one deal can lift over two thresholds."""
    steps = promotions(moments(xp(1_500)), almost("E-3"), "E-1", LATER)
    assert steps == (RankStep("E-2", at(0), "0"), RankStep("E-3", at(0), "0"))


def test_ranks_in_several_moments_come_one_by_one() -> None:
    """Each at its own moment."""
    steps = promotions(moments(xp(499), xp(1), xp(999), xp(1)), almost("E-3"), "E-1", LATER)
    assert steps == (RankStep("E-2", at(1), "1"), RankStep("E-3", at(3), "3"))


@pytest.mark.parametrize(("watermark", "ranks"), [(None, []), (at(0), []), (at(1), ["E-2"]), (at(2), ["E-2", "E-3"])])
def test_nothing_is_granted_beyond_the_watermark(watermark: datetime | None, ranks: list[str]) -> None:
    """Up to and with its instant; the tally goes on to the end."""
    tally = almost("E-3")
    changes = moments(xp(499), xp(1), xp(1_000))
    steps = promotions(changes, tally, "E-1", watermark)
    assert [step.rank for step in steps] == ranks
    assert tally.xp == 1_500


def test_a_rank_that_was_reached_is_kept_though_its_gates_fell() -> None:
    """E-4 asks for a drop rate below 50 %: reached at one moment, it outlives all later drops."""
    tally = almost("E-3")
    tally.calls = CallCounts(100, 100, 50)
    tally.xp, tally.deals = 3_000, 5
    tally.modules.update({"module_4", "module_5"})
    tally.unscored_exams.add("operative_certification")
    steps = promotions(moments(talk, *[dial] * 50), tally, "E-3", LATER)
    assert steps == (RankStep("E-4", at(0), "0"),)
    assert tally.calls.sub_thirty * 2 > tally.calls.calls


def test_a_rank_is_never_lowered_nor_granted_twice() -> None:
    """From a rank that was given, only higher ones are steps."""
    assert promotions(moments(xp(1_500)), almost("E-3"), "E-2", LATER) == (RankStep("E-3", at(0), "0"),)
    assert promotions(moments(xp(1_500)), almost("E-3"), "E-6", LATER) == ()


CHANGES = st.sampled_from(
    [
        *[xp(500), xp(3_000), dial, talk, appointment, deal, badge("a.gold"), badge("b")],
        *map(learn, sorted(RULES.modules)),
        lambda tally: tally.unscored_exams.add("operative_certification"),
    ]
)


def nearly_there() -> Tally:
    """A tally from which few moments give many ranks."""
    tally = almost("E-3")
    tally.calls, tally.deals = CallCounts(100, 100, 49), 4
    tally.modules.discard("module_0")
    return tally


@given(st.lists(CHANGES, max_size=12), st.integers(-1, 12), st.integers(0, 12))
def test_it_does_not_matter_how_often_the_watermark_stopped(
    changes: list[Change], first_s: int, further_s: int
) -> None:
    """Folding to one watermark and then to a later one grants what folding to the later one at once does."""
    line = moments(*changes)
    at_once = promotions(line, nearly_there(), "E-1", at(first_s + further_s))
    first = promotions(line, nearly_there(), "E-1", at(first_s))
    rank = first[-1].rank if first else "E-1"
    assert first + promotions(line, nearly_there(), rank, at(first_s + further_s)) == at_once


@given(st.lists(CHANGES, max_size=12), st.sampled_from(CODES), st.integers(-1, 12))
def test_steps_only_go_up_one_by_one(changes: list[Change], rank: str, watermark_s: int) -> None:
    """From the rank held, without a gap, in order of time and up to the watermark."""
    steps = promotions(moments(*changes), nearly_there(), rank, at(watermark_s))
    begin = CODES.index(rank) + 1
    assert [step.rank for step in steps] == CODES[begin : begin + len(steps)]
    reached = [step.reached_at for step in steps]
    assert reached == sorted(reached)
    assert all(moment <= at(watermark_s) for moment in reached)
