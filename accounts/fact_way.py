"""What became of a fact: whose it is, what it paid, and the write that carried that to Twenty."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from accounts.awards_page import ToldAward, told
from accounts.errors import UnknownRep
from accounts.rep_account import RepStanding, rep_standing
from ledger.account_queries import Write, write_carrying
from ledger.award_queries import KeptAward, awards_under
from ledger.facts import load_facts
from programs.progression.awards import appointment_key
from programs.progression.facts import KeptFact


@dataclass(frozen=True, slots=True)
class FactWay:
    """`fact` is None where there is none; the rest is as in `record_way.RecordWay`."""

    fact: KeptFact | None
    twins: Sequence[KeptFact]
    awards: Sequence[ToldAward]
    rep: RepStanding | None
    write: Write | None


def fact_way(connection: Connection, key: str) -> FactWay:
    """The way of the fact with this key."""
    facts = load_facts(connection, [key])
    fact, twins = facts.get(key), [kept for kept in facts.values() if kept.fact.key != key]
    awards = _awards(connection, facts)
    rep = _rep(connection, fact.fact.rep) if fact and fact.fact.rep else None
    return FactWay(fact, twins, told(connection, awards), rep, write_of(connection, awards))


def _rep(connection: Connection, rep: str) -> RepStanding | None:
    """None for one who was forgotten."""
    try:
        return rep_standing(connection, rep)
    except UnknownRep:
        return None


def _awards(connection: Connection, facts: Mapping[str, KeptFact]) -> list[KeptAward]:
    """Those of its call (under its key or its twin's), and of an appointment that one of them set."""
    found = awards_under(connection, {*facts, *_appointments(facts.values())})
    return [award for award in found if award.fact_key in facts or award.cause in facts]


def _appointments(facts: Iterable[KeptFact]) -> set[str]:
    return {appointment_key(kept.paid_rep, kept.paid_lead) for kept in facts if kept.paid_rep and kept.paid_lead}


def write_of(connection: Connection, awards: Sequence[KeptAward]) -> Write | None:
    """The one that carried the last; None for what paid nothing, or what Twenty does not have all of yet."""
    paid = [award for award in awards if award.amount]
    published = sorted((award.published_at, award.rep) for award in paid if award.published_at)
    if not paid or len(published) < len(paid):
        return None
    at, rep = published[-1]
    return write_carrying(connection, rep, at)
