"""What changes in facts and awards drops a checkpoint, and what only changes behind it does not."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from progression_factories import at, call, day, opportunity, training
from record_histories import HOURS, Record, facts_known_at, records
from sqlalchemy import Connection, text

from ledger.awards import add_awards
from ledger.checkpoints import keep_checkpoint, paid_behind, with_leads, xp_from_checkpoint
from ledger.engine import connect_engine, rolled_back
from ledger.facts import save_facts
from ledger.facts_behind import load_facts_behind
from ledger.standing_inputs import standing_inputs
from programs.progression.awards import Award
from programs.progression.checkpoints import Checkpoint
from programs.progression.contributions import Change, call_changes, opportunity_changes
from programs.progression.facts import OPPORTUNITY, Fact, KeptFact

REP, OTHER = "rep-1", "rep-2"
DROP = "Call - NO_ANSWER | 0:05 | Jane"
HOUR_S = 3_600
KEPT = Checkpoint(
    at=day(2),
    stands_on={"by": [1, "rules", "UTC"]},
    rank="E-1",
    granted=["a.gold"],
    paid_xp=5,
    leads_from=day(-4).date(),
    tally={"xp": 5},
    leads={"jane": {"days": [[1, 2]], "signs": []}, "kim": {"days": [], "signs": []}},
    open_facts=["note:open"],
)


@pytest.fixture
def connection(database_url: str) -> Iterator[Connection]:
    """A transaction in which both reps have a checkpoint at the end of the second day."""
    with rolled_back(connect_engine(database_url)) as connection:
        keep_checkpoint(connection, REP, KEPT, anew=True)
        keep_checkpoint(connection, OTHER, KEPT, anew=True)
        yield connection


def save(connection: Connection, *facts: KeptFact) -> None:
    save_facts(connection, {kept.fact.key: kept for kept in facts}, {kept.fact.key: at(0) for kept in facts})


def kept_after(connection: Connection, before: Sequence[KeptFact], *after: KeptFact) -> set[str]:
    """Whose checkpoint is left when these facts, which were there, are those."""
    save(connection, *before)
    for rep in (REP, OTHER):
        keep_checkpoint(connection, rep, KEPT, anew=False)
    save(connection, *after)
    return {rep for rep in (REP, OTHER) if standing_inputs(connection, rep).checkpoint}


def test_it_comes_back_as_it_was_kept(connection: Connection) -> None:
    """With the leads that are asked for."""
    found = standing_inputs(connection, REP).checkpoint
    assert found
    assert with_leads(connection, REP, found, ["jane", "nobody"]) == replace(
        KEPT, leads={"jane": KEPT.leads["jane"]}, open_facts=frozenset(KEPT.open_facts)
    )


def test_leads_that_were_kept_before_stay_unless_it_is_made_anew(connection: Connection) -> None:
    """One that goes on knows more leads; one made of all facts knows those alone."""
    later = replace(KEPT, leads={"kim": {"days": [[3, 1]], "signs": []}})
    keep_checkpoint(connection, REP, later, anew=False)
    assert with_leads(connection, REP, later, ["jane", "kim"]).leads == {"jane": KEPT.leads["jane"], **later.leads}
    keep_checkpoint(connection, REP, later, anew=True)
    assert with_leads(connection, REP, later, ["jane", "kim"]).leads == later.leads


def test_what_happened_by_then_drops_it(connection: Connection) -> None:
    """A late note; of another rep the checkpoint stays."""
    assert kept_after(connection, [], call("n1", DROP, 3_600)) == {OTHER}


def test_what_happens_behind_it_leaves_it(connection: Connection) -> None:
    """That is what the next standing goes on through."""
    assert kept_after(connection, [], call("n1", DROP, 3 * 86_400)) == {REP, OTHER}


def test_a_note_that_changes_hands_drops_both(connection: Connection) -> None:
    """Its old rep's and its new one's."""
    assert kept_after(connection, [call("n1", DROP, 0)], call("n1", DROP, 0, rep=OTHER)) == set()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (call("n1", DROP, 0), call("n1", "Call - CONTACT | 2:05 | Jane", 0)),
        (call("n1", DROP, 0), call("n1", DROP, 0, lead="jane")),
        (call("n1", DROP, 0), call("n1", DROP, 0, deleted=True)),
        (call("n1", DROP, 0), call("n1", DROP, 3 * 86_400)),
        (call("n1", DROP, 3 * 86_400), call("n1", DROP, 0)),
        (call("n1", "Call - no_answer", 0), replace(call("n1", "Call - no_answer", 0), twin_of="note:n0")),
        (opportunity("o1", [("NEW", 0)]), opportunity("o1", [("NEW", 0), ("MEETING", 3_600)])),
        (opportunity("o1", [("MEETING", 0)]), opportunity("o1", [("MEETING", 0)], lead="kim")),
        (training("e", "exam", "closing", 0, score=60), training("e", "exam", "closing", 0, score=90)),
        (training("m", "module", "module_1", 0, score=60), training("m", "module", "module_1", 0, score=90)),
    ],
)
def test_a_fact_that_was_otherwise_by_then_drops_it(connection: Connection, before: KeptFact, after: KeptFact) -> None:
    """Whatever of it the tally stood on."""
    assert kept_after(connection, [before], after) == {OTHER}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (opportunity("o1", [("NEW", 0)]), opportunity("o1", [("NEW", 0), ("MEETING", 3 * 86_400)])),
        (opportunity("o1", [("CUSTOMER", 0)]), opportunity("o1", [("CUSTOMER", 0), ("NEW", 3 * 86_400)])),
        (opportunity("o1", [("NEW", 0)]), opportunity("o1", [("NEW", 3 * 86_400)], deleted=True)),
    ],
)
def test_a_deal_that_moves_on_leaves_it_and_is_read_again(
    connection: Connection, before: KeptFact, after: KeptFact
) -> None:
    """As it was by then it stays; it is among the facts that the next standing needs."""
    assert kept_after(connection, [before], after) == {REP, OTHER}
    found = standing_inputs(connection, REP).checkpoint
    assert found
    assert load_facts_behind(connection, REP, found) == [after]


def test_what_is_decided_leaves_it_alone(connection: Connection) -> None:
    """That a fact was paid is no change of the tally, and nothing to read again."""
    paid = replace(call("n1", DROP, 0), unpaid=False, call_key="note:n1")
    assert kept_after(connection, [call("n1", DROP, 0)], paid) == {REP, OTHER}
    found = standing_inputs(connection, REP).checkpoint
    assert found
    assert set(found.open_facts) == {"note:open"}


def test_the_facts_that_a_standing_needs(connection: Connection) -> None:
    """Those behind the checkpoint with their twins, open and unpaid ones, and all modules, exams and certifications."""
    paid = [
        replace(kept, unpaid=False)
        for kept in (
            call("old", DROP, 0),
            call("open", DROP, 0),
            call("first", DROP, 100),
            replace(call("second", "Call - no_answer", 3 * 86_400), twin_of="note:first"),
            call("new", DROP, 3 * 86_400),
            call("others", DROP, 3 * 86_400, rep=OTHER),
            training("e", "exam", "closing", 0, score=90),
            training("b", "battle", "2", 0, outcome="win"),
        )
    ]
    save(connection, *paid, call("waits", "Call - no_answer", 50))
    needed = load_facts_behind(connection, REP, KEPT)
    assert {kept.fact.key for kept in needed} == {
        *("note:open", "note:first", "note:second", "note:new", "exam:e", "note:waits")
    }


def award(key: str, when: datetime, amount: int = 2) -> Award:
    return Award(key, "dial", key, amount, "paid", when, waited=False)


def test_xp_of_what_happened_by_then_drops_it(connection: Connection) -> None:
    """It counts at the fact's time; what is worth nothing changes nothing."""
    add_awards(connection, {REP: [award("note:n1", day(3)), award("note:n0", day(1), 0)]}, "1")
    assert standing_inputs(connection, REP).checkpoint
    add_awards(connection, {REP: [award("note:n2", day(2))]}, "1")
    assert standing_inputs(connection, REP).checkpoint is None
    assert standing_inputs(connection, OTHER).checkpoint


def test_the_sum_of_awards_is_the_same_with_a_checkpoint(connection: Connection) -> None:
    """The awards by then are in it, those behind it are added."""
    add_awards(connection, {REP: [award("note:n1", day(3)), award("note:n2", day(4), 7)]}, "1")
    assert xp_from_checkpoint(connection, REP) == KEPT.paid_xp + 9
    assert sum(paid.amount for paid in paid_behind(connection, REP, KEPT.at)) == 9
    add_awards(connection, {REP: [award("note:n0", day(1), 5)]}, "1")
    assert xp_from_checkpoint(connection, REP) == 5 + 9


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE awards SET amount = amount + 1",
        "DELETE FROM awards",
        "DELETE FROM facts WHERE key = 'note:n1'",
        "UPDATE facts SET duration_s = 1 WHERE key = 'note:n1'",
    ],
)
def test_whoever_changes_the_ledger_by_hand_drops_it(connection: Connection, damage: str) -> None:
    """Triggers see to it, and not those who write."""
    save(connection, call("n1", DROP, 0))
    add_awards(connection, {REP: [award("note:n1", day(0))]}, "1")
    keep_checkpoint(connection, REP, KEPT, anew=False)
    connection.execute(text(damage))
    assert standing_inputs(connection, REP).checkpoint is None


def changes_by(fact: Fact, then: datetime) -> list[Change]:
    found = opportunity_changes(fact) if fact.kind == OPPORTUNITY else call_changes([fact])
    return [change for change in found if change.at <= then]


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(records(), HOURS, HOURS, st.integers(0, 24 * 6))
def test_the_ledger_drops_it_when_the_fold_by_then_would_be_another(
    connection: Connection, found: list[Record], one: int, other: int, then: int
) -> None:
    """Two readings of a record, early and late in any order: if a checkpoint stays, they change the tally alike by
    then."""
    hours = [at(hour * HOUR_S) for hour in (one, other)]
    before, after = ({kept.fact.key: kept for kept in facts_known_at(found, hour)} for hour in hours)
    for key in before.keys() & after.keys():
        place = at(then * HOUR_S - 1)
        connection.execute(text("DELETE FROM facts"))
        save(connection, before[key])
        keep_checkpoint(connection, REP, replace(KEPT, at=place), anew=False)
        save(connection, after[key])
        if standing_inputs(connection, REP).checkpoint:
            assert changes_by(before[key].fact, place) == changes_by(after[key].fact, place)
        else:
            assert before[key] != after[key]


def test_a_fact_read_again_as_it_was_leaves_it(connection: Connection) -> None:
    """A rebuild that finds nothing different drops nothing."""
    same = opportunity("o1", [("MEETING", 0), ("PROPOSAL", timedelta(days=1).total_seconds())])
    assert kept_after(connection, [same], same) == {REP, OTHER}
