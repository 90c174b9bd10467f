"""Opportunity facts: the appointment, whether it was held, and the deal."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from progression_factories import KEY_NAME, NO_MAP, REP, RULES, START, at, opportunity, stage, version

from programs.progression.contents import OpportunityContent
from programs.progression.facts import Fact
from programs.progression.opportunity_facts import opportunity_fact
from programs.progression.versions import Version


def test_a_new_opportunity_met_nobody() -> None:
    """NEW and SCREENING are neither an appointment nor a deal."""
    fact = opportunity("o1", [("NEW", 0), ("SCREENING", 1)]).fact
    assert fact == Fact(
        key="opportunity:o1",
        kind="opportunity",
        rep=REP,
        rep_by="record",
        occurred_at=START,
        live=True,
        lead="jane",
        lead_known=True,
        met_now=True,
        subject="SCREENING",
    )


def test_each_stage_counts_from_the_first_version_that_reached_it() -> None:
    """Met, held and won are where the ladder was climbed, later edits do not move them."""
    climb = [("NEW", 0), ("MEETING", 10), ("MEETING", 20), ("PROPOSAL", 30), ("CUSTOMER", 40), ("CUSTOMER", 50)]
    fact = opportunity("o1", climb).fact
    assert (fact.met_at, fact.held_at, fact.won_at) == (at(10), at(30), at(40))
    assert fact.won_now


@pytest.mark.parametrize(
    ("reached", "met", "held", "won"),
    [("MEETING", True, False, False), ("PROPOSAL", True, True, False), ("CUSTOMER", True, True, True)],
)
def test_a_later_stage_holds_the_earlier_ones(reached: str, met: bool, held: bool, won: bool) -> None:
    """An opportunity that is created in a late stage met, held and won at once."""
    fact = opportunity("o1", [(reached, 5)]).fact
    assert [found == at(5) for found in (fact.met_at, fact.held_at, fact.won_at)] == [met, held, won]


@pytest.mark.parametrize("unknown", ["Meeting", "LOST", None])
def test_unknown_stages_reach_nothing(unknown: str | None) -> None:
    """A stage that the rules do not name is no step on the ladder."""
    content = stage(unknown, 0)
    fact = opportunity_fact("o1", [version(content)], NO_MAP, RULES)
    assert (fact.met_at, fact.held_at, fact.won_at, fact.won_now) == (None, None, None, False)


def test_leaving_customer_reopens_the_deal() -> None:
    """It is not won now, but once was, and the appointment stays."""
    fact = opportunity("o1", [("CUSTOMER", 10), ("PROPOSAL", 20)]).fact
    assert (fact.won_at, fact.won_now, fact.met_now) == (at(10), False, True)


def test_won_again_is_won_at_the_first_time() -> None:
    """One opportunity is one deal."""
    fact = opportunity("o1", [("CUSTOMER", 10), ("PROPOSAL", 20), ("CUSTOMER", 30)]).fact
    assert (fact.won_at, fact.won_now) == (at(10), True)


def test_a_deleted_opportunity_is_no_deal_and_no_appointment_now() -> None:
    """What it reached is kept for the XP."""
    fact = opportunity("o1", [("CUSTOMER", 10)], deleted=True).fact
    assert (fact.live, fact.won_now, fact.met_now) == (False, False, False)
    assert (fact.met_at, fact.won_at) == (at(10), at(10))


def test_rep_and_lead_are_those_of_the_newest_version() -> None:
    """A new owner and another point of contact take over."""
    versions = [
        version(stage("MEETING", 0, rep="rep-2", lead="kim"), 2),
        version(stage("MEETING", 0, rep=REP, lead="jane"), 1),
    ]
    fact = opportunity_fact("o1", versions, NO_MAP, RULES)
    assert (fact.rep, fact.lead, fact.lead_known) == ("rep-2", "kim", True)


def test_without_a_contact_the_opportunity_is_its_own_lead() -> None:
    """And that is known to be a makeshift."""
    fact = opportunity("o1", [("MEETING", 0)], lead=None).fact
    assert (fact.lead, fact.lead_known) == ("o1", False)


@pytest.mark.parametrize(("mapped", "rep"), [({KEY_NAME: "rep-2"}, "rep-2"), ({}, None)])
def test_an_api_keys_opportunity_belongs_to_whom_the_map_says(mapped: dict[str, str], rep: str | None) -> None:
    """Without an owner and a mapping it is nobody's."""
    content = OpportunityContent("MEETING", "jane", None, KEY_NAME, START)
    fact = opportunity_fact("o1", [version(content)], mapped, RULES)
    assert (fact.rep, fact.rep_hint) == (rep, KEY_NAME)


STAGES = st.sampled_from([*RULES.stages.ladder, "LOST"])
VERSIONS = st.lists(st.tuples(STAGES, st.booleans()), min_size=1, max_size=6).map(
    lambda found: [version(stage(name, 0), s, deleted=deleted) for s, (name, deleted) in enumerate(found)]
)


@given(VERSIONS, st.randoms())
def test_a_fact_depends_on_the_set_of_versions_only(
    versions: list[Version[OpportunityContent]], shuffler: Random
) -> None:
    """Versions in any order give the same fact, whose steps come in the ladder's order."""
    fact = opportunity_fact("o1", versions, NO_MAP, RULES)
    shuffler.shuffle(versions)
    assert opportunity_fact("o1", versions, NO_MAP, RULES) == fact
    reached = [found for found in (fact.met_at, fact.held_at, fact.won_at) if found]
    assert reached == sorted(reached)
    assert (fact.met_at is None) == all(v.content.stage not in RULES.stages.met for v in versions)
