"""Checkpoints of reps' standings: a cache, which triggers drop when what it stands on changes (migration 0012)."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, select, text
from sqlalchemy.dialects.postgresql import JSONB, insert

from ledger.recordsets import any_of
from ledger.tables import awards, standing_checkpoints, standing_leads
from programs.progression.checkpoints import Checkpoint
from programs.progression.moments import PaidXp

_c, _l = standing_checkpoints.c, standing_leads.c
_KEPT_AS = ("stands_on", "rank", "granted", "tally")
_LEADS = text(
    "INSERT INTO standing_leads (rep, lead, data) SELECT :rep, key, value FROM jsonb_each(:leads) "
    "ON CONFLICT (rep, lead) DO UPDATE SET data = excluded.data"
).bindparams(bindparam("leads", type_=JSONB))
_XP = text(
    "WITH kept AS (SELECT at, paid_xp FROM standing_checkpoints WHERE rep = :rep) "
    "SELECT coalesce((SELECT paid_xp FROM kept), 0) + coalesce(sum(amount), 0) FROM awards "
    "WHERE rep = :rep AND occurred_at > coalesce((SELECT at FROM kept), '-infinity')"
)


def checkpoint(at: datetime, open_facts: Collection[str], paid_xp: int, data: Mapping[str, Any]) -> Checkpoint:
    """A checkpoint from its columns, without its leads (`with_leads`)."""
    kept = {name: data[name] for name in _KEPT_AS}
    leads_from = date.fromisoformat(data["leads_from"])
    return Checkpoint(at=at, paid_xp=paid_xp, leads_from=leads_from, leads={}, open_facts=frozenset(open_facts), **kept)


def with_leads(connection: Connection, rep: str, found: Checkpoint, leads: Collection[str]) -> Checkpoint:
    """The checkpoint with what it knows of these leads."""
    return _with(connection, found, select(_l.lead, _l.data).where(_l.rep == rep, _l.lead == any_of(leads)))


def with_all_leads(connection: Connection, rep: str, found: Checkpoint) -> Checkpoint:
    """The checkpoint with all that it knows."""
    return _with(connection, found, select(_l.lead, _l.data).where(_l.rep == rep))


def _with(connection: Connection, found: Checkpoint, leads: Select[tuple[str, Any]]) -> Checkpoint:
    return replace(found, leads={row.lead: row.data for row in connection.execute(leads)})


def keep_checkpoint(connection: Connection, rep: str, found: Checkpoint, *, anew: bool) -> None:
    """Keeps a checkpoint that went on from the one before, or was made `anew`, of all facts."""
    if anew:
        connection.execute(delete(standing_leads).where(_l.rep == rep))
    connection.execute(_LEADS, {"rep": rep, "leads": dict(found.leads)})
    kept = {name: getattr(found, name) for name in _KEPT_AS}
    values = {
        "at": found.at,
        "open": sorted(found.open_facts),
        "paid_xp": found.paid_xp,
        "data": {**kept, "granted": list(found.granted), "leads_from": found.leads_from.isoformat()},
    }
    statement = insert(standing_checkpoints).values(rep=rep, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["rep"], set_=values))


def drop_checkpoint(connection: Connection, rep: str) -> None:
    """The next standing is computed from all facts."""
    connection.execute(delete(standing_checkpoints).where(_c.rep == rep))


def xp_from_checkpoint(connection: Connection, rep: str) -> int:
    """The sum of a rep's awards, of which a checkpoint knows most."""
    return int(connection.execute(_XP, {"rep": rep}).scalar_one())


def paid_behind(connection: Connection, rep: str, at: datetime) -> list[PaidXp]:
    """A rep's awards that carry XP, of what happened behind a time."""
    c = awards.c
    behind = select(c.cause, c.amount, c.occurred_at).where(c.rep == rep, c.occurred_at > at, c.amount > 0)
    return [PaidXp(row.cause, row.amount, row.occurred_at) for row in connection.execute(behind)]
