"""What the read API needs of the rest."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, Protocol

from accounts.awards_page import AwardsPage
from accounts.rep_account import RepAccount, RepStanding


class Synced(Protocol):
    """What became of a sync; `reason` says why it did not happen, and holds nothing of a record."""

    @property
    def outcome(self) -> Literal["synced", "busy", "twenty_unavailable", "unknown_rep", "refused"]:
        """`refused`: Twenty did not take this rep's row."""

    @property
    def reason(self) -> str:
        """Empty when synced."""


@dataclass(frozen=True, slots=True)
class ApiParts:
    """Each is called with a workspace member's id and raises LedgerUnavailable.

    `account`, `standing` and `awards` (rep, limit, cursor) read the ledger and raise UnknownRep, `awards`
    InvalidCursor too. `sync` settles and publishes one rep now and does not raise when Twenty is away.
    """

    account: Callable[[str], RepAccount]
    standing: Callable[[str], RepStanding]
    awards: Callable[[str, int, str | None], AwardsPage]
    sync: Callable[[str], Synced]


@dataclass(frozen=True, slots=True)
class ApiSettings:
    """Any of the bearer tokens may ask; none means that the API answers 503."""

    tokens: tuple[str, ...] = field(repr=False)
