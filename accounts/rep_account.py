"""A rep's account: why the rep stands where it stands, all from the ledger."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from accounts.awards_page import AwardsPage, awards_page
from accounts.errors import AmbiguousRep, UnknownRep
from ledger.account_queries import (
    Alias,
    AuditEntry,
    Granted,
    RepRecord,
    Write,
    aliases_of,
    audit_of_rep,
    count_pending,
    count_unpaid,
    granted,
    last_writes,
    load_rep,
    members_named,
)
from ledger.awards import xp_of
from ledger.facts import load_facts
from ledger.sweep_state import watermark_at
from ledger.tables import badges, rank_steps
from programs.progression.facts import KeptFact

FIRST_AWARDS = 20
LAST_WRITES = 20
LAST_AUDIT_ROWS = 20


@dataclass(frozen=True, slots=True)
class Freshness:
    """How current the standing is.

    `up_to_date`: it was published, nothing of the rep waits for that, and no delivery of anybody waits to be digested.
    `watermark_at`: up to when everything has been seen.
    """

    up_to_date: bool
    published_at: datetime | None
    dirty_since_at: datetime | None
    pending_deliveries: int
    refused: str | None
    watermark_at: datetime | None


@dataclass(frozen=True, slots=True)
class XpAccount:
    """`total` = `ours` + `foreign`; `ours` = the sum of all awards + `gap` (XP that no award explains yet)."""

    total: int
    ours: int
    foreign: int
    gap: int
    adopted_at: datetime | None
    shared: bool


@dataclass(frozen=True, slots=True)
class Grant:
    """A rank step or a badge with the fact that tipped it; `fact` is None where the ledger has none by that key."""

    granted: Granted
    fact: KeptFact | None


@dataclass(frozen=True, slots=True)
class RepStanding:
    """A rep with the standing last computed (`rep.standing`, None before the first time), and how current that is.

    `waiting` counts by kind the facts that are not paid yet, which a standing that is up to date can be without.
    """

    rep: RepRecord
    freshness: Freshness
    waiting: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class RepAccount:
    """All that is told of a rep. `waiting` counts by kind the facts that are not paid yet."""

    rep: RepRecord
    freshness: Freshness
    aliases: Sequence[Alias]
    xp: XpAccount
    rank_steps: Sequence[Grant]
    badges: Sequence[Grant]
    awards: AwardsPage
    waiting: Mapping[str, int]
    writes: Sequence[Write]
    audit_log: Sequence[AuditEntry]


def find_rep(connection: Connection, named: str) -> str:
    """The workspace member id that is meant by an id or a member's exact name. Errors: UnknownRep, AmbiguousRep."""
    if load_rep(connection, named) is not None:
        return named
    found = members_named(connection, named)
    if len(found) > 1:
        raise AmbiguousRep(named, found)
    if not found:
        raise UnknownRep(named)
    return found[0]


def rep_account(connection: Connection, rep: str) -> RepAccount:
    """The account of the rep with this workspace member id. Errors: `UnknownRep`."""
    found = rep_standing(connection, rep)
    steps = granted(connection, rank_steps, "rank", rep)
    won = granted(connection, badges, "badge", rep)
    facts = load_facts(connection, {grant.fact_key for grant in (*steps, *won)})
    return RepAccount(
        rep=found.rep,
        freshness=found.freshness,
        aliases=aliases_of(connection, rep),
        xp=_xp(connection, found.rep),
        rank_steps=_with_facts(steps, facts),
        badges=_with_facts(won, facts),
        awards=awards_page(connection, rep, FIRST_AWARDS),
        waiting=found.waiting,
        writes=last_writes(connection, rep, LAST_WRITES),
        audit_log=audit_of_rep(connection, rep, LAST_AUDIT_ROWS),
    )


def rep_standing(connection: Connection, rep: str) -> RepStanding:
    """The standing of the rep with this workspace member id. Errors: `UnknownRep`."""
    record = load_rep(connection, rep)
    if record is None:
        raise UnknownRep(rep)
    return RepStanding(record, _freshness(connection, record), count_unpaid(connection, rep))


def _freshness(connection: Connection, rep: RepRecord) -> Freshness:
    """How current the rep's standing is now."""
    pending = count_pending(connection)
    return Freshness(
        up_to_date=rep.standing is not None and rep.dirty_since_at is None and not pending,
        published_at=rep.published_at,
        dirty_since_at=rep.dirty_since_at,
        pending_deliveries=pending,
        refused=rep.refused,
        watermark_at=watermark_at(connection),
    )


def _xp(connection: Connection, rep: RepRecord) -> XpAccount:
    awarded = xp_of(connection, rep.id)
    ours = max(awarded, rep.synced_xp)
    return XpAccount(
        total=ours + rep.foreign_xp,
        ours=ours,
        foreign=rep.foreign_xp,
        gap=ours - awarded,
        adopted_at=rep.adopted_at,
        shared=rep.shared,
    )


def _with_facts(grants: Iterable[Granted], facts: Mapping[str, KeptFact]) -> tuple[Grant, ...]:
    return tuple(Grant(grant, facts.get(grant.fact_key)) for grant in grants)
