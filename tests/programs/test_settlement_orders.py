"""Settling in any order of arrival and any number of times pays the same."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from progression_book import Book
from progression_factories import DAY_S, REP, RULES, at, call, day, opportunity, training

from programs.progression.facts import BATTLE, MODULE, KeptFact

LATER = day(400)
TITLES = st.sampled_from(
    [
        "Call - NO_ANSWER | 0:05 | Jane",
        "Call - no_answer",
        "Call - CONTACT | 2:05 | Jane",
        "Call - contact",
        "Call - Logged",
        "Call - APPOINTMENT | 1:00 | Jane",
    ]
)
BODIES = st.sampled_from(["", "Duration: 0:05", "Duration: 2:05"])
LEADS = st.sampled_from([None, "jane", "kim"])
REPS = st.sampled_from([REP, REP, "rep-2"])
SECONDS = st.one_of(st.integers(0, 300), st.integers(0, 20 * DAY_S))
STAGES = st.lists(st.tuples(st.sampled_from(RULES.stages.ladder), SECONDS), min_size=1, max_size=3)
MODULES = st.sampled_from(["module_0", "module_6"])


@st.composite
def floors(draw: st.DrawFn) -> list[KeptFact]:
    """Some days of two reps' calls, deals, modules and battles."""
    ids = (str(n) for n in range(100))
    notes = st.builds(
        call, st.builds(lambda: next(ids)), TITLES, SECONDS, body=BODIES, lead=LEADS, rep=REPS, mapped=st.booleans()
    )
    deals = st.builds(opportunity, st.builds(lambda: next(ids)), STAGES, lead=LEADS, rep=REPS)
    modules = st.builds(
        training, st.builds(lambda: next(ids)), st.just(MODULE), MODULES, SECONDS, score=st.just(90), rep=REPS
    )
    battles = st.builds(
        training, st.builds(lambda: next(ids)), st.just(BATTLE), st.just("2"), SECONDS, outcome=st.just("win"), rep=REPS
    )
    found = [draw(st.lists(kind, max_size=most)) for kind, most in ((notes, 7), (deals, 3), (modules, 2), (battles, 1))]
    return [kept for facts in found for kept in facts]


def settle(book: Book, watermark: datetime) -> list[object]:
    return [*book.settle(watermark), *book.settle(watermark, "rep-2")]


@given(floors(), st.data())
def test_any_arrival_order_pays_the_same(facts: list[KeptFact], data: st.DataObject) -> None:
    """With settling after any arrival, and the watermark a day (as far as twins reach) before what is to come."""
    at_once, bit_by_bit = Book(), Book()
    at_once.take(*facts)
    settle(at_once, LATER)
    waiting = data.draw(st.permutations(facts))
    while waiting:
        bit_by_bit.take(waiting.pop())
        if data.draw(st.booleans()):
            settle(bit_by_bit, _all_seen_until(waiting))
    settle(bit_by_bit, LATER)
    assert bit_by_bit.paid() == at_once.paid()


def _all_seen_until(waiting: list[KeptFact]) -> datetime:
    moments = [moment for kept in waiting for moment in (kept.fact.occurred_at, kept.fact.met_at) if moment]
    return min(moments, default=LATER) - timedelta(days=1, seconds=1)


@given(floors(), st.lists(st.integers(0, 20 * DAY_S), max_size=4))
def test_settling_again_changes_nothing(facts: list[KeptFact], watermarks: list[int]) -> None:
    """At every watermark, settling what was settled adds no award and decides nothing anew."""
    book = Book()
    book.take(*facts)
    for watermark in sorted(watermarks):
        settle(book, at(watermark))
        before = dict(book.facts)
        assert settle(book, at(watermark)) == []
        assert book.facts == before


@given(floors(), st.data())
def test_the_same_facts_twice_pay_once(facts: list[KeptFact], data: st.DataObject) -> None:
    """Facts that come again, and owe again, are paid nothing more."""
    book = Book()
    book.take(*facts)
    settle(book, LATER)
    paid = book.paid()
    book.take(*data.draw(st.permutations(facts)))
    settle(book, LATER + timedelta(days=1))
    assert book.paid() == paid
