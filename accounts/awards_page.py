"""A rep's awards, newest first, page by page, each with the note or event behind it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from sqlalchemy import Connection

from accounts.cursors import cursor_of, position_of
from accounts.errors import UnknownRep
from ledger.account_queries import load_rep
from ledger.award_queries import KeptAward, awards_before
from ledger.facts import load_facts
from programs.progression.facts import KeptFact

WHY: Mapping[str, str] = MappingProxyType(
    {
        "paid": "by the rules",
        "adopted": "0, because it happened before repsync took over the row and its XP",
        "foreign": "0, because another program pays this kind of XP",
        "carried": "XP of ours that Twenty's row had and no award explained",
    }
)


@dataclass(frozen=True, slots=True)
class ToldAward:
    """An award, why it has its amount, and the fact behind it (None for XP that was carried over)."""

    award: KeptAward
    why: str
    fact: KeptFact | None


@dataclass(frozen=True, slots=True)
class AwardsPage:
    """Awards newest first; `next` is the cursor of the page behind, None on the last."""

    awards: tuple[ToldAward, ...]
    next: str | None


def awards_page(connection: Connection, rep: str, limit: int, cursor: str | None = None) -> AwardsPage:
    """Up to `limit` awards behind `cursor`. What is inserted meanwhile moves no page.

    Errors: `UnknownRep`, `InvalidCursor`.
    """
    if load_rep(connection, rep) is None:
        raise UnknownRep(rep)
    found = awards_before(connection, rep, position_of(cursor) if cursor else None, limit + 1)
    shown = found[:limit]
    return AwardsPage(
        told(connection, shown), cursor_of(shown[-1].awarded_at, shown[-1].id) if len(found) > limit else None
    )


def told(connection: Connection, found: Sequence[KeptAward]) -> tuple[ToldAward, ...]:
    """The awards with their facts."""
    facts = load_facts(connection, {award.cause for award in found}) if found else {}
    return tuple(ToldAward(award, WHY[award.basis], facts.get(award.cause)) for award in found)
