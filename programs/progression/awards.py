"""Awards: XP that was given, once, for good."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from programs.progression.facts import BATTLE, MODULE, Fact
from programs.progression.rules import Rules

Basis = Literal["paid", "adopted", "foreign", "carried"]
BY_CALL = frozenset({"dial", "connect", "two_plus"})


@dataclass(frozen=True, slots=True)
class Award:
    """XP for a reason of a fact, inserted once by (`fact_key`, `reason`).

    `cause` is the key of the fact behind it. `basis` says why the amount is what it is: `paid` by the rules, or 0
    because the fact is older than the row's adoption (`adopted`) or another system pays this kind (`foreign`).
    `waited` is True for what only the watermark could decide.
    """

    fact_key: str
    reason: str
    cause: str
    amount: int
    basis: Basis
    occurred_at: datetime
    waited: bool


@dataclass(frozen=True, slots=True)
class Terms:
    """On what an award depends beside its fact: whose it is, the rules, and since when repsync pays this rep."""

    rep: str
    rules: Rules
    adopted_at: datetime | None = None

    def award(self, fact: Fact, fact_key: str, reason: str, amount: int, at: datetime, *, waited: bool) -> Award:
        """The award for a reason that is worth `amount` by the rules and happened `at`."""
        basis = self._basis(reason, at)
        return Award(fact_key, reason, fact.key, amount if basis == "paid" else 0, basis, at, waited)

    def _basis(self, reason: str, at: datetime) -> Basis:
        owner = self.rules.xp_owners.calls if reason in BY_CALL else self.rules.xp_owners.training
        if (reason in BY_CALL or reason in (MODULE, BATTLE)) and owner == "foreign":
            return "foreign"
        return "adopted" if self.adopted_at is not None and at < self.adopted_at else "paid"


def call_awards(fact: Fact, call_key: str, reasons: frozenset[str], terms: Terms, *, waited: bool) -> Iterator[Award]:
    """One award for each reason of a call."""
    xp = terms.rules.xp
    amounts = {"dial": xp.dial, "connect": xp.connect, "two_plus": xp.two_plus}
    for reason in sorted(reasons):
        yield terms.award(fact, call_key, reason, amounts[reason], fact.occurred_at, waited=waited)


def training_award(fact: Fact, terms: Terms) -> Award:
    """XP of a passed module (once for each rep and module) or of a won battle (once for each session)."""
    if fact.kind == MODULE:
        amount = terms.rules.modules[fact.subject or ""].xp
        key = f"module:{terms.rep}:{fact.subject}"
    else:
        amount = terms.rules.xp.boss_per_level * int(fact.subject or "0")
        key = fact.key
    return terms.award(fact, key, fact.kind, amount, fact.occurred_at, waited=False)


def appointment_key(rep: str, lead: str) -> str:
    """The key of all appointments of a rep with a lead; the ordinal is the award's reason."""
    return f"appointment:{rep}:{lead}"


def appointment_award(fact: Fact, lead: str, ordinal: int, at: datetime, terms: Terms) -> Award:
    """XP of a rep's n-th appointment with a lead."""
    key = appointment_key(terms.rep, lead)
    return terms.award(fact, key, str(ordinal), terms.rules.xp.appointment, at, waited=True)


def deal_award(fact: Fact, won_at: datetime, terms: Terms) -> Award:
    """XP of a deal, once for each opportunity that ever reached the won stage."""
    return terms.award(fact, fact.key, "deal", terms.rules.xp.deal, won_at, waited=True)


def carried_award(rep: str, amount: int, sequence: int, at: datetime) -> Award:
    """XP of ours that Twenty's row has and no award explains: booked once for the write that it stems from."""
    key = f"carried:{rep}:{sequence}"
    return Award(key, "carried", key, amount, "carried", at, waited=False)
