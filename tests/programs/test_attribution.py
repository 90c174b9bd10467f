"""Whose a fact is: the order of attribution, and names as assignedRep writes them."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from progression_factories import (
    KEY_NAME,
    NO_MAP,
    REP,
    RULES,
    call,
    note_content,
    opportunity,
    stage,
    target,
    training,
    training_content,
    version,
)

from programs.progression.attribution import (
    attribute,
    needs_rep,
    reps_by_select_value,
    select_value,
    source_of,
)
from programs.progression.facts import BATTLE, EXAM, MODULE, Fact
from programs.progression.note_facts import note_fact
from programs.progression.opportunity_facts import opportunity_fact
from programs.progression.training_facts import training_fact
from programs.progression.unattributed import Alike, group_unattributed, most_xp

LEADS = {"jane": "rep-2"}
ALIASES = {KEY_NAME: "rep-3"}


@pytest.mark.parametrize(
    ("named", "lead", "hint", "expected"),
    [
        ("rep-1", "jane", KEY_NAME, ("rep-1", "record")),
        (None, "jane", KEY_NAME, ("rep-2", "assigned_rep")),
        (None, "kim", KEY_NAME, ("rep-3", "alias")),
        (None, None, KEY_NAME, ("rep-3", "alias")),
        (None, "kim", "another key", (None, None)),
        (None, None, None, (None, None)),
    ],
)
def test_the_record_comes_before_the_lead_before_the_alias(
    named: str | None, lead: str | None, hint: str | None, expected: tuple[str | None, str | None]
) -> None:
    """createdBy or ownerId, then the lead's assignedRep, then the API key's alias, then nobody."""
    assert attribute(named, lead, hint, LEADS, ALIASES) == expected


def test_a_note_of_an_assigned_lead_waits_for_the_watermark() -> None:
    """Only a note that names its rep pays at once."""
    content = note_content("Call - CONTACT | 2:05 | Jane", rep=None, hint=KEY_NAME)
    fact = note_fact("n1", [version(content)], [target("t1", "jane")], ALIASES, RULES, LEADS)
    assert (fact.rep, fact.rep_by) == ("rep-2", "assigned_rep")
    assert (fact.reasons, fact.waiting) == (frozenset(), frozenset({"dial", "connect", "two_plus"}))


def test_an_opportunity_is_its_point_of_contacts_reps_when_it_names_nobody() -> None:
    """ownerId and createdBy come before it."""
    nobodys = opportunity_fact("o1", [version(stage("MEETING", 0, rep=None))], NO_MAP, RULES, LEADS)
    owned = opportunity_fact("o1", [version(stage("MEETING", 0, rep=REP))], NO_MAP, RULES, LEADS)
    assert (nobodys.rep, nobodys.rep_by) == ("rep-2", "assigned_rep")
    assert (owned.rep, owned.rep_by) == (REP, "record")


def test_redhawks_id_is_an_alias_unless_it_is_a_members_own() -> None:
    """Both name the same rep; only the alias can be given to somebody else."""
    told = [version(training_content(EXAM, "tcpa", 100))]
    by_alias = training_fact("exam:e1", told, {"tim": REP}, RULES)
    by_id = training_fact("exam:e1", told, {"tim": "tim"}, RULES)
    assert (by_alias.rep_by, by_id.rep_by) == ("alias", "record")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Jane Austen", "JANE_AUSTEN"),
        ("José Núñez", "JOSE_NUNEZ"),
        ("Jean-Luc O'Neil", "JEAN_LUC_O_NEIL"),
        ("  J. Smith ", "J_SMITH"),
        ("J__SMITH", "J_SMITH"),
        ("Zoë 2", "ZOE_2"),
        ("Jürgen Groß", "JURGEN_GROSS"),
        ("李 明", ""),
        ("", ""),
    ],
)
def test_names_as_a_select_writes_them(name: str, value: str) -> None:
    """Upper case, accents stripped, everything else an underscore."""
    assert select_value(name) == value


def test_two_of_one_name_are_nobody() -> None:
    """Nobody is guessed: neither of two members who share a value is meant, nor one without a value."""
    names = {"1": "José Núñez", "2": "Jose Nunez", "3": "Jane Austen", "4": "李 明", "5": "王 芳"}
    assert reps_by_select_value(names) == {"JANE_AUSTEN": "3"}


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        (call("n1", "Call - DNC | 0:05 | Jane").fact, True),
        (call("n1", "Lunch").fact, False),
        (opportunity("o1", [("NEW", 0)]).fact, False),
        (opportunity("o1", [("MEETING", 0)]).fact, True),
        (training("e1", EXAM, "tcpa", score=50).fact, True),
    ],
    ids=["call", "note", "deal in its first stage", "deal that met", "failed exam"],
)
def test_what_needs_a_rep(fact: Fact, expected: bool) -> None:
    """A note that is no call and a deal that met nobody are nobody's XP; they are not listed as lost."""
    assert needs_rep(fact) is expected


def test_a_hint_is_redhawks_or_twentys() -> None:
    """The same word can be RedHawk's id and an API key's name."""
    assert source_of(training("m1", MODULE, "module_0", score=90).fact) == "redhawk"
    assert source_of(call("n1", "Call - DNC").fact) == "twenty"


@pytest.mark.parametrize(
    ("fact", "xp"),
    [
        (call("n1", "Call - CONTACT | 2:05 | Jane", mapped=True).fact, 2 + 3 + 15),
        (call("n1", "Call - APPOINTMENT | 0:40 | Jane").fact, 2 + 3 + 100),
        (opportunity("o1", [("MEETING", 0)]).fact, 100),
        (opportunity("o1", [("MEETING", 0), ("CUSTOMER", 1)]).fact, 100 + 300),
        (training("m5", MODULE, "module_5", score=100).fact, 100),
        (training("m5", MODULE, "module_5", score=99).fact, 0),
        (training("b1", BATTLE, "3", outcome="win").fact, 300),
        (training("b1", BATTLE, "3", outcome="lose").fact, 0),
        (training("e1", EXAM, "tcpa", score=100).fact, 0),
    ],
)
def test_what_a_fact_pays_at_most(fact: Fact, xp: int) -> None:
    """By the rules' own amounts, as if nothing else told of the same call or appointment."""
    assert most_xp(fact, RULES) == xp


def test_unattributed_facts_are_grouped_by_the_name_they_give() -> None:
    """Counts by kind, first and last time, the most XP first; what has a rep, or needs none, is left out."""

    def fact(key: str, kind: str, hint: str | None, day: int, **values: object) -> Fact:
        at = datetime(2026, 11, day, tzinfo=UTC)
        return Fact(key=key, kind=kind, occurred_at=at, live=True, rep_hint=hint, **{"rep": None, **values})  # type: ignore[arg-type]

    facts = [
        fact("note:1", "call", "7", 3, waiting=frozenset({"dial"})),
        fact("note:2", "call", "7", 1, waiting=frozenset({"dial", "connect"})),
        fact("note:3", "other", "7", 1),
        fact("note:4", "call", "7", 9, rep=REP),
        fact("module:1", "module", "7", 2, subject="module_0", score=Decimal(90), reasons=frozenset({"module"})),
        fact("exam:1", "exam", "7", 5, subject="tcpa"),
        fact("note:5", "call", None, 4, waiting=frozenset({"dial"})),
    ]
    found = [
        (group.source, group.hint, dict(group.counts), group.first_at.day, group.last_at.day, group.most_xp)
        for group in group_unattributed([Alike(each, 1, each.occurred_at, each.occurred_at) for each in facts], RULES)
    ]
    assert found == [
        ("redhawk", "7", {"exam": 1, "module": 1}, 2, 5, 50),
        ("twenty", "7", {"call": 2}, 1, 3, 7),
        ("twenty", None, {"call": 1}, 4, 4, 2),
    ]
