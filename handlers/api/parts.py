"""What the read API needs of the rest."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, Protocol

from accounts.awards_page import AwardsPage
from accounts.rep_account import RepAccount, RepStanding
from ledger.api_tokens import TokenRole


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
    InvalidCursor too. `sync` settles and publishes one rep now and does not raise when Twenty is away. `token_role`
    is asked with a bearer token instead: what it may do, if it is kept; `has_tokens` whether any is kept.
    """

    account: Callable[[str], RepAccount]
    standing: Callable[[str], RepStanding]
    awards: Callable[[str, int, str | None], AwardsPage]
    sync: Callable[[str], Synced]
    token_role: Callable[[str], TokenRole | None] = lambda _: None
    has_tokens: Callable[[], bool] = lambda: False


@dataclass(frozen=True, slots=True)
class ApiSettings:
    """Any of these bearer tokens may ask everything, beside those that are kept; none at all: the API answers 503."""

    tokens: tuple[str, ...] = field(repr=False)
