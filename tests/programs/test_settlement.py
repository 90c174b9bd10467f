"""Settlement: each thing is paid once, to one rep, when it can be decided, whatever came in when."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from progression_book import Book
from progression_factories import DAY_S, REP, RULES, at, call, day, opportunity, training

from programs.progression.awards import Award
from programs.progression.facts import BATTLE, MODULE, KeptFact
from programs.progression.rules import FOREIGN, Owners, Rules

V1 = "Call - NO_ANSWER | 0:05 | Call to Jane"
V2 = "Call - no_answer"
APPOINTMENT = "Call - APPOINTMENT | 1:00 | Jane"
LATER = day(400)


def settled(*kept: KeptFact, watermark: datetime | None = LATER, rules: Rules = RULES) -> Book:
    book = Book(rules)
    book.take(*kept)
    book.settle(watermark)
    return book


def test_a_calls_reasons_are_paid_as_increments() -> None:
    """A dial is 2, a connect 3 on top, two minutes 15 more; a title with a duration needs no watermark."""
    book = settled(call("n1", "Call - CONTACT | 2:05 | Jane"), watermark=None)
    assert book.paid() == [(REP, "connect", 3), (REP, "dial", 2), (REP, "two_plus", 15)]
    _, award = book.awards["note:n1", "dial"]
    assert award == Award("note:n1", "dial", "note:n1", 2, "paid", at(0), waited=False)


def test_a_call_without_a_duration_in_the_title_is_paid_at_the_watermark() -> None:
    """Until it has passed all that may be its twin, which is written up to 120 s later, it still owes."""
    book = settled(call("n1", "Call - contact", body="Duration: 2:05"), watermark=at(119))
    assert (book.paid(), book.facts["note:n1"].unpaid) == ([], True)
    assert [award.waited for award in book.settle(at(120))] == [True, True, True]
    assert (book.xp(), book.facts["note:n1"].unpaid) == (20, False)


@pytest.mark.parametrize("watermark_between", [True, False])
def test_twin_notes_are_paid_once_whichever_came_first(watermark_between: bool) -> None:
    """A first note that arrives after its twin was paid adds only what the twin did not earn."""
    second, first = call("b", "Call - contact", 1), call("a", "Call - CONTACT | 2:05 | Jane", 0)
    book = settled(second, watermark=at(121) if watermark_between else at(120))
    assert book.xp() == (5 if watermark_between else 0)
    book.take(first)
    book.settle(LATER)
    assert book.paid() == [(REP, "connect", 3), (REP, "dial", 2), (REP, "two_plus", 15)]
    assert book.facts["note:b"].twin_of == "note:a"


def test_a_pair_keeps_the_first_notes_reading() -> None:
    """Two minutes that only the second note tells of are not paid."""
    pair = call("a", "Call - CONTACT | 1:05 | Jane"), call("b", "Call - contact", 1, body="Duration: 2:05")
    assert settled(*pair).paid() == [(REP, "connect", 3), (REP, "dial", 2)]


def test_notes_of_two_reps_are_two_calls() -> None:
    """Twins have one author."""
    book = settled(call("a", V1), call("b", V2, 1, rep="rep-2"))
    book.settle(LATER, "rep-2")
    assert book.paid() == [(REP, "dial", 2), ("rep-2", "dial", 2)]


def test_the_call_of_a_mapped_rep_is_paid_at_the_watermark() -> None:
    """Whatever its title tells."""
    book = settled(call("n1", V1, mapped=True), watermark=at(-1))
    assert (book.paid(), book.facts["note:n1"].unpaid) == ([], True)
    assert [(award.reason, award.waited) for award in book.settle(at(0))] == [("dial", True)]


def test_a_call_that_may_turn_out_a_twin_is_paid_at_the_next_watermark() -> None:
    """Its noteTarget may be on its way; until then it owes."""
    book = settled(call("b", V2, 3_600, lead="jane", body="Duration: 0:05"), watermark=at(3_720))
    book.take(call("a", V1, 0))
    assert (book.settle(), book.facts["note:a"].unpaid) == ([], True)
    assert [award.fact_key for award in book.settle(at(3_721))] == ["note:a"]


def test_only_calls_have_call_keys() -> None:
    """Deals, other notes and inbound calls are no calls."""
    inbound = call("n2", "Call - rejected", body="Rejected incoming call")
    book = settled(opportunity("o1", [("CUSTOMER", 0)]), call("n1", "Groceries"), inbound)
    assert [kept.call_key for kept in book.facts.values()] == [None, None, None]


def test_versions_that_come_later_add_only_new_reasons() -> None:
    """NO_ANSWER edited to CONTACT pays the connect, and editing it back takes nothing."""
    book = settled(call("n1", V1))
    grown = replace(book.facts["note:n1"].fact, reasons=frozenset({"dial", "connect"}))
    book.take(KeptFact(grown))
    assert [award.reason for award in book.settle()] == ["connect"]
    assert book.xp() == 5


def test_modules_pay_once_for_each_rep_and_module() -> None:
    """A retake pays nothing, another module does, a failed one does not."""
    book = settled(
        training("a1", MODULE, "module_0", 0, score=80),
        training("a2", MODULE, "module_0", 5, score=100),
        training("a3", MODULE, "module_4", 6, score=84),
        training("a4", MODULE, "module_6", 7, score=80),
        watermark=None,
    )
    assert book.paid() == [(REP, "module", 50), (REP, "module", 300)]
    assert not any(kept.unpaid for kept in book.facts.values())


def test_a_battle_pays_a_hundred_a_level_once_a_session() -> None:
    """Winning level 3 in two sessions pays twice, losing nothing."""
    sessions = [("b1", "win"), ("b2", "win"), ("b3", "lose")]
    book = settled(*(training(session, BATTLE, "3", outcome=outcome) for session, outcome in sessions), watermark=None)
    assert book.paid() == [(REP, "battle", 300), (REP, "battle", 300)]


def test_a_meeting_and_its_note_are_one_appointment() -> None:
    """Both point to one lead within 14 days; the award has the rep, the lead and the ordinal as its key."""
    book = settled(call("n1", APPOINTMENT, lead="jane"), opportunity("o1", [("MEETING", 13 * DAY_S)]))
    assert [key for key in book.awards if key[0].startswith("appointment")] == [(f"appointment:{REP}:jane", "1")]


def test_each_window_of_14_days_and_each_lead_is_an_appointment() -> None:
    """Days 0 and 14 with Jane are two, Kim's is a third."""
    meetings = [("o1", 0, "jane"), ("o2", 14 * DAY_S, "jane"), ("o3", 0, "kim")]
    book = settled(*(opportunity(key, [("MEETING", s)], lead=lead) for key, s, lead in meetings))
    assert book.paid() == [(REP, "1", 100), (REP, "1", 100), (REP, "2", 100)]


def test_a_point_that_comes_late_never_pays_an_ordinal_twice() -> None:
    """Day 10 was paid as Jane's first; day 0, behind it, is in the same window and adds nothing."""
    book = settled(opportunity("o1", [("MEETING", 10 * DAY_S)]), watermark=day(11))
    book.take(opportunity("o2", [("MEETING", 0)]))
    assert book.settle(day(12)) == []


def test_appointments_and_deals_wait_for_the_watermark() -> None:
    """Each until everything up to it has been seen."""
    book = settled(opportunity("o1", [("MEETING", 10), ("CUSTOMER", 20)]), watermark=at(9))
    assert book.paid() == []
    assert [(award.reason, award.waited) for award in book.settle(at(10))] == [("1", True)]
    assert [(award.reason, award.amount) for award in book.settle(at(20))] == [("deal", 300)]


def test_an_appointment_alone_owes_until_the_watermark() -> None:
    """Be it an opportunity's or a note's, whose dial was paid at once."""
    book = settled(opportunity("o1", [("MEETING", 10)]), call("n1", APPOINTMENT, 10, lead="kim"), watermark=at(9))
    assert all(kept.unpaid for kept in book.facts.values())
    assert [(award.reason, award.amount) for award in book.settle(at(10))] == [("1", 100), ("1", 100)]
    assert not any(kept.unpaid for kept in book.facts.values())


def test_what_grew_behind_the_watermark_waits_for_the_next() -> None:
    """A fact that came late may have company that was not read yet."""
    book = settled(watermark=day(2))
    book.take(opportunity("o1", [("CUSTOMER", DAY_S)]))
    assert book.settle(day(2)) == []
    assert {award.reason for award in book.settle(day(3))} == {"1", "deal"}


def test_a_deal_is_paid_once_though_it_is_reopened_and_won_again() -> None:
    """Leaving CUSTOMER takes nothing back."""
    book = settled(opportunity("o1", [("CUSTOMER", 10)]), watermark=at(10))
    book.take(opportunity("o1", [("CUSTOMER", 10), ("PROPOSAL", 20), ("CUSTOMER", 30)]))
    book.settle(LATER)
    assert book.paid() == [(REP, "1", 100), (REP, "deal", 300)]


def test_a_new_owner_is_not_paid_for_what_was_paid() -> None:
    """The award keeps the rep it was given to."""
    book = settled(opportunity("o1", [("CUSTOMER", 10)]))
    before = book.paid()
    book.take(opportunity("o1", [("CUSTOMER", 10), ("CUSTOMER", 20)], rep="rep-2"))
    book.settle(LATER + timedelta(days=1), "rep-2")
    book.settle(LATER + timedelta(days=1))
    assert book.paid() == before


def test_the_owner_at_the_watermark_is_paid() -> None:
    """Who owned it before does not count, nor who settles first."""
    book = settled(opportunity("o1", [("MEETING", 10)], rep="rep-2"))
    assert (book.paid(), book.facts["opportunity:o1"].unpaid) == ([], True)
    book.settle(LATER, "rep-2")
    assert book.paid() == [("rep-2", "1", 100)]


def test_a_deal_won_after_its_owner_changed_is_the_new_owners() -> None:
    """The old owner keeps the appointment; settling the old one first gives him no deal."""
    book = settled(opportunity("o1", [("MEETING", 10)]), watermark=at(10))
    book.take(opportunity("o1", [("MEETING", 10), ("CUSTOMER", 20)], rep="rep-2"))
    book.settle(at(30))
    book.settle(at(30), "rep-2")
    assert book.paid() == [(REP, "1", 100), ("rep-2", "deal", 300)]


WORK = (
    call("n1", "Call - CONTACT | 2:05 | Jane", DAY_S),
    training("a1", MODULE, "module_0", DAY_S, score=80),
    training("b1", BATTLE, "1", DAY_S, outcome="win"),
    opportunity("o1", [("CUSTOMER", DAY_S)]),
)


@pytest.mark.parametrize(("adopted_at", "xp"), [(day(1), 570), (day(1) + timedelta(seconds=1), 0), (None, 570)])
def test_what_is_older_than_the_adoption_gets_nothing(adopted_at: datetime | None, xp: int) -> None:
    """The row's XP pays for it already; the award is booked as 0, so it is never paid later either."""
    book = Book(adopted_at=adopted_at)
    book.take(*WORK)
    book.settle(LATER)
    assert book.xp() == xp
    assert {award.basis for _, award in book.awards.values()} == {"paid" if xp else "adopted"}
    assert len(book.awards) == 7


@pytest.mark.parametrize(
    ("owners", "unpaid"),
    [
        (Owners(calls=FOREIGN, training="repsync"), {"dial", "connect", "two_plus"}),
        (Owners(calls="repsync", training=FOREIGN), {"module", "battle"}),
        (Owners(calls=FOREIGN, training=FOREIGN), {"dial", "connect", "two_plus", "module", "battle"}),
    ],
)
def test_what_another_program_pays_gets_nothing(owners: Owners, unpaid: set[str]) -> None:
    """One owner for each kind of XP; appointments and deals are always ours."""
    book = settled(*WORK, rules=replace(RULES, xp_owners=owners))
    assert {award.reason for _, award in book.awards.values() if award.basis == "foreign"} == unpaid
    assert {award.reason for _, award in book.awards.values() if not award.amount} == unpaid
