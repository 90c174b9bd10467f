"""A rep's awards, newest first, page by page, each with the note or event behind it."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import Connection

from accounts.errors import UnknownRep
from ledger.account_queries import load_rep
from ledger.award_queries import KeptAward, Position, awards_before
from ledger.facts import load_facts
from programs.progression.facts import KeptFact

_LARGEST_ID = 2**63 - 1
WHY: Mapping[str, str] = MappingProxyType(
    {
        "paid": "by the rules",
        "adopted": "0, because it happened before repsync took over the row and its XP",
        "foreign": "0, because another program pays this kind of XP",
        "carried": "XP of ours that Twenty's row had and no award explained",
    }
)


class InvalidCursor(ValueError):
    """A cursor that no page gave out."""


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
    found = awards_before(connection, rep, _position(cursor) if cursor else None, limit + 1)
    shown = found[:limit]
    return AwardsPage(told(connection, shown), _cursor(shown[-1]) if len(found) > limit else None)


def told(connection: Connection, found: Sequence[KeptAward]) -> tuple[ToldAward, ...]:
    """The awards with their facts."""
    facts = load_facts(connection, {award.cause for award in found}) if found else {}
    return tuple(ToldAward(award, WHY[award.basis], facts.get(award.cause)) for award in found)


def _cursor(award: KeptAward) -> str:
    return urlsafe_b64encode(json.dumps([award.awarded_at.isoformat(), award.id]).encode()).decode().rstrip("=")


def _position(cursor: str) -> Position:
    try:
        at, award_id = json.loads(urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4)))
        position = datetime.fromisoformat(at), award_id
    except (ValueError, TypeError, RecursionError):
        raise InvalidCursor("not a cursor of this list") from None
    if position[0].tzinfo is None or type(award_id) is not int or not 0 <= award_id <= _LARGEST_ID:
        raise InvalidCursor("not a cursor of this list")
    return position
