"""Twin notes: the dialer's two writers can leave two notes of one call."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from programs.progression.facts import Fact, KeptFact
from programs.progression.rules import Rules

FIRST_WRITER = "V1"
SECOND_WRITER = frozenset({"V2", "V2b"})


def from_second_writer(fact: Fact) -> bool:
    """A note of a call that may be the twin of a V1: first written in the second writer's form."""
    return fact.form in SECOND_WRITER and bool(fact.waiting or fact.reasons)


def from_first_writer(fact: Fact) -> bool:
    """A note that may have a twin: another's than the second writer's, some version of which gave the duration in its
    title.

    Of a rep found by a map that is the form alone, as all its reasons wait.
    """
    return fact.form not in SECOND_WRITER and (bool(fact.reasons) or fact.form == FIRST_WRITER)


def are_twins(first: Fact, second: Fact, rules: Rules) -> bool:
    """Whether a first and a second writer's note of one rep tell of the same call.

    Same outcome as first written, and either close in time or with the same lead and the same known duration within a
    day. What is corrected later makes no twins, and parts none: the answer must not depend on when somebody looked.
    """
    apart = abs(first.occurred_at - second.occurred_at)
    if not _same_outcome(first, second):
        return False
    return apart <= timedelta(seconds=rules.twins.near_s) or (
        apart <= timedelta(seconds=rules.twins.same_lead_s) and _same_lead_and_duration(first, second)
    )


def _same_outcome(first: Fact, second: Fact) -> bool:
    written = first.as_written.disposition
    return written is not None and written == second.as_written.disposition


def _same_lead_and_duration(first: Fact, second: Fact) -> bool:
    return first.lead_known and first.lead == second.lead and _same_duration(first, second)


def _same_duration(first: Fact, second: Fact) -> bool:
    written_s = first.as_written.duration_s
    return written_s is not None and written_s == second.as_written.duration_s


def may_turn_out_twins(first: Fact, second: Fact, rules: Rules) -> bool:
    """Whether only a noteTarget that has not come yet keeps these two from being twins."""
    apart = abs(first.occurred_at - second.occurred_at)
    return (
        not (first.lead_known and second.lead_known)
        and _same_outcome(first, second)
        and _same_duration(first, second)
        and apart <= timedelta(seconds=rules.twins.same_lead_s)
    )


def in_order(facts: Iterable[KeptFact]) -> list[KeptFact]:
    """In (createdAt, id) order, the order in which twins choose each other."""
    return sorted(facts, key=lambda kept: (kept.fact.occurred_at, kept.fact.key))


def live_first(facts: Iterable[KeptFact]) -> list[KeptFact]:
    """In the same order, those that are there before those that were deleted."""
    return sorted(in_order(facts), key=lambda kept: not kept.fact.live)


def with_a_twin(facts: Mapping[str, KeptFact]) -> set[str]:
    """Keys of the first writer's notes that have their twin already (one to one)."""
    return {kept.twin_of for kept in facts.values() if kept.twin_of}
