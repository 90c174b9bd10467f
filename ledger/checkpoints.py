"""Checkpoints of reps' standings: a cache, which triggers drop when what it stands on changes (migration 0014)."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import ARRAY, Connection, Text, bindparam, delete, func, select, text
from sqlalchemy.dialects.postgresql import JSONB, insert

from ledger.tables import awards, standing_checkpoints, standing_leads
from programs.progression.checkpoints import Checkpoint
from programs.progression.moments import PaidXp

_c, _l = standing_checkpoints.c, standing_leads.c
_KEPT_AS = ("stands_on", "rank", "granted", "paid_xp", "tally")
_LEADS = text(
    "INSERT INTO standing_leads (rep, lead, data) SELECT :rep, key, value FROM jsonb_each(:leads) "
    "ON CONFLICT (rep, lead) DO UPDATE SET data = excluded.data"
).bindparams(bindparam("leads", type_=JSONB))


def load_checkpoint(connection: Connection, rep: str) -> Checkpoint | None:
    """The rep's checkpoint, without its leads (`with_leads`)."""
    row = connection.execute(select(standing_checkpoints).where(_c.rep == rep)).first()
    if row is None:
        return None
    leads_from = date.fromisoformat(row.data["leads_from"])
    kept = {name: row.data[name] for name in _KEPT_AS}
    return Checkpoint(at=row.at, leads_from=leads_from, leads={}, open_facts=frozenset(row.open), **kept)


def with_leads(connection: Connection, rep: str, found: Checkpoint, leads: Collection[str]) -> Checkpoint:
    """The checkpoint with what it knows of these leads."""
    wanted = bindparam("leads", sorted(leads), type_=ARRAY(Text))
    rows = connection.execute(select(_l.lead, _l.data).where(_l.rep == rep, _l.lead == func.any(wanted)))
    return replace(found, leads={row.lead: row.data for row in rows})


def keep_checkpoint(connection: Connection, rep: str, found: Checkpoint, *, anew: bool) -> None:
    """Keeps a checkpoint that went on from the one before, or was made `anew`, of all facts."""
    if anew:
        connection.execute(delete(standing_leads).where(_l.rep == rep))
    connection.execute(_LEADS, {"rep": rep, "leads": dict(found.leads)})
    kept = {name: getattr(found, name) for name in _KEPT_AS}
    values = {
        "at": found.at,
        "open": sorted(found.open_facts),
        "data": {**kept, "granted": list(found.granted), "leads_from": found.leads_from.isoformat()},
    }
    statement = insert(standing_checkpoints).values(rep=rep, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["rep"], set_=values))


def drop_checkpoint(connection: Connection, rep: str) -> None:
    """The next standing is computed from all facts."""
    connection.execute(delete(standing_checkpoints).where(_c.rep == rep))


def xp_from_checkpoint(connection: Connection, rep: str) -> int:
    """The sum of a rep's awards, of which a checkpoint knows most."""
    behind = select(func.coalesce(func.sum(awards.c.amount), 0)).where(awards.c.rep == rep)
    known = connection.execute(select(_c.at, _c.data["paid_xp"].as_integer()).where(_c.rep == rep)).first()
    if known is None:
        return int(connection.execute(behind).scalar_one())
    at, paid_xp = known
    return int(paid_xp + connection.execute(behind.where(awards.c.occurred_at > at)).scalar_one())


def paid_behind(connection: Connection, rep: str, at: datetime) -> list[PaidXp]:
    """A rep's awards that carry XP, of what happened behind a time."""
    c = awards.c
    behind = select(c.cause, c.amount, c.occurred_at).where(c.rep == rep, c.occurred_at > at, c.amount > 0)
    return [PaidXp(row.cause, row.amount, row.occurred_at) for row in connection.execute(behind)]
