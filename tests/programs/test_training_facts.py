"""Training facts: what RedHawk tells, judged by our own pass marks."""

from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from progression_factories import NO_MAP, REP, RULES, at, training, training_content, version

from programs.progression.contents import TrainingContent
from programs.progression.facts import BATTLE, CERTIFICATION, EXAM, MENTORSHIP, MODULE
from programs.progression.training_facts import training_fact
from programs.progression.versions import Version


@pytest.mark.parametrize(
    ("module", "score", "passed"),
    [("module_4", 84, False), ("module_4", 85, True), ("module_7", 100, False), ("module_0", None, False)],
)
def test_a_module_is_passed_at_our_own_mark(module: str, score: float | None, passed: bool) -> None:
    """RedHawk's verdict is not read; a module that the rules don't know, or without a score, is not passed."""
    fact = training("a1", MODULE, module, score=score).fact
    assert fact.reasons == ({MODULE} if passed else frozenset())


@pytest.mark.parametrize(("outcome", "earns"), [("win", True), ("lose", False), ("abandon", False), (None, False)])
def test_only_a_won_battle_earns(outcome: str | None, earns: bool) -> None:
    """Losing and giving up pay nothing."""
    fact = training("b1", BATTLE, "2", outcome=outcome).fact
    assert fact.reasons == ({BATTLE} if earns else frozenset())
    assert fact.disposition == outcome


@pytest.mark.parametrize("kind", [EXAM, CERTIFICATION, MENTORSHIP])
def test_exams_certifications_and_mentorships_earn_no_xp(kind: str) -> None:
    """They open gates only."""
    fact = training("e1", kind, "operative", score=100).fact
    assert (fact.kind, fact.reasons, fact.waiting) == (kind, frozenset(), frozenset())


def test_the_fact_is_of_the_newest_telling() -> None:
    """Score and time are the newest ones, the key names kind and record."""
    told = [version(training_content(EXAM, "operative", score), s) for s, score in ((2, 91), (1, 70))]
    fact = training_fact("exam:e1", told, {"tim": REP}, RULES)
    assert (fact.key, fact.rep, fact.rep_hint) == ("exam:e1", REP, "tim")
    assert (fact.subject, fact.score, fact.occurred_at) == ("operative", Decimal(91), at(2))


def test_a_pass_that_is_told_again_as_a_failure_stays_earned() -> None:
    """What was earned does not depend on which of the two came in first."""
    passed, failed = training_content(MODULE, "module_1", 90), training_content(MODULE, "module_1", 10)
    fact = training_fact("module:a1", [version(failed, 2), version(passed, 1)], NO_MAP, RULES)
    assert fact.reasons == {MODULE}


def test_a_pass_of_another_module_under_the_same_attempt_does_not_count() -> None:
    """An attempt id that is told again with another module is judged as that one."""
    passed, failed = training_content(MODULE, "module_1", 90), training_content(MODULE, "module_2", 10)
    fact = training_fact("module:a1", [version(passed, 1), version(failed, 2)], NO_MAP, RULES)
    assert (fact.subject, fact.reasons) == ("module_2", frozenset())


def test_a_rep_that_is_not_mapped_is_nobody() -> None:
    """RedHawk's short id is kept, to be mapped."""
    fact = training_fact("exam:e1", [version(training_content(EXAM, "tcpa", 100))], {"kim": REP}, RULES)
    assert (fact.rep, fact.rep_hint) == (None, "tim")


TELLINGS = st.builds(
    version,
    st.builds(training_content, st.just(MODULE), st.sampled_from(["module_1", "module_4"]), st.integers(75, 100)),
    st.integers(0, 4),
)


@given(st.lists(TELLINGS, min_size=1, max_size=5), st.randoms())
def test_a_fact_depends_on_the_set_of_tellings_only(tellings: list[Version[TrainingContent]], shuffler: Random) -> None:
    """Tellings in any order give the same fact."""
    fact = training_fact("module:a1", tellings, NO_MAP, RULES)
    shuffler.shuffle(tellings)
    assert training_fact("module:a1", tellings, NO_MAP, RULES) == fact
