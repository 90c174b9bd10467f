"""Erasing: what the ledger holds of a rep that can tell who it is, or what was said, is taken out.

Ids, times, counts, XP and the readings that they come of stay, so that every proof of `repsync audit` holds. Each
statement finds nothing more to do when it is done again.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ARRAY, Connection, LargeBinary, Text, TextClause, bindparam, delete, func, select, text, update

from ledger.inbox import FORGOTTEN
from ledger.tables import audit_log, awards, deliveries, facts, record_versions, users, writes
from programs.progression.dispositions import KNOWN, UNREAD
from programs.progression.facts import TRAINING

# A word that is none of the dialer's may be a name. (`= ANY` of a NULL is not true, and neither is `<> ALL`.)
_FACTS = """
UPDATE facts f SET disposition = new.disposition, rep_hint = NULL, earlier = new.earlier
FROM (
    SELECT key, CASE WHEN disposition <> ALL(:words) THEN :unread ELSE disposition END AS disposition, (
        SELECT coalesce(jsonb_agg(
            CASE WHEN state ->> 'disposition' <> ALL(:words)
            THEN jsonb_set(state, '{disposition}', to_jsonb(:unread)) ELSE state END ORDER BY number), '[]')
        FROM jsonb_array_elements(earlier) WITH ORDINALITY AS states (state, number)
    ) AS earlier
    FROM facts WHERE rep = :rep AND kind <> ALL(:training)
) new
WHERE new.key = f.key AND (f.rep_hint IS NOT NULL OR f.earlier <> new.earlier
                           OR f.disposition IS DISTINCT FROM new.disposition)
"""
_VERSIONS = """
UPDATE record_versions v SET data = new.data
FROM (
    SELECT v.id, v.data || '{"rep_hint": null}' || CASE WHEN v.data ->> 'disposition' <> ALL(:words)
        THEN jsonb_build_object('disposition', :unread) ELSE '{}' END AS data
    FROM facts f
    JOIN record_versions v ON v.object = split_part(f.key, ':', 1) AND v.record_id = split_part(f.key, ':', 2)
    WHERE f.rep = :rep AND f.kind <> ALL(:training) AND coalesce(v.data ->> 'rep', :rep) = :rep
) new
WHERE new.id = v.id AND new.data <> v.data
"""
_WRITES = """
UPDATE writes w SET fields = new.fields
FROM (
    SELECT id, (SELECT jsonb_object_agg(name, CASE WHEN jsonb_typeof(value) = 'number' THEN value ELSE 'null' END)
                FROM jsonb_each(fields) AS each (name, value)) AS fields
    FROM writes WHERE rep = :rep
) new
WHERE new.id = w.id AND new.fields <> w.fields
"""
_AUDIT = """
UPDATE audit_log SET before = NULL, after = NULL,
    subject = regexp_replace(subject, '^alias:twenty:.*', 'alias:twenty'),
    cause = regexp_replace(cause, '^alias twenty:.*', 'alias twenty')
WHERE rep = :rep AND (before IS NOT NULL OR after IS NOT NULL
                      OR subject LIKE 'alias:twenty:%' OR cause LIKE 'alias twenty:%')
"""
_DELIVERIES = """
UPDATE deliveries SET raw = '', headers = '{}', pruned_at = clock_timestamp(), retry_at = NULL,
    state = CASE state WHEN 'parked' THEN 'ignored' ELSE state END,
    reason = CASE state WHEN 'parked' THEN :forgotten ELSE reason END
WHERE id > :after AND id <= :up_to AND raw <> '' AND state <> 'pending'
    AND (EXISTS (SELECT FROM facts f WHERE f.key = record_key AND f.rep = :rep)
         OR EXISTS (SELECT FROM unnest(:names) AS names (name) WHERE position(name IN raw) > 0))
"""
_PEOPLE = """
UPDATE record_versions SET data = '{"assigned_rep": null}'
WHERE object = 'person' AND data ->> 'assigned_rep' = :value
"""


@dataclass(frozen=True, slots=True)
class Held:
    """What the ledger holds of a rep."""

    facts: int
    awards: int
    xp: int
    versions: int
    deliveries: int
    writes: int
    audit_rows: int


def held_of(connection: Connection, rep: str) -> Held:
    """Counts; of deliveries those of the rep's records whose bytes are kept."""
    keys = select(facts.c.key).where(facts.c.rep == rep)
    key_of_version = record_versions.c.object + ":" + record_versions.c.record_id
    kept = (deliveries.c.record_key.in_(keys)) & (func.length(deliveries.c.raw) > 0)
    counts = (
        select(func.count()).where(facts.c.rep == rep),
        select(func.count()).where(awards.c.rep == rep),
        select(func.coalesce(func.sum(awards.c.amount), 0)).where(awards.c.rep == rep),
        select(func.count()).where(key_of_version.in_(keys)),
        select(func.count()).where(kept),
        select(func.count()).where(writes.c.rep == rep),
        select(func.count()).where(audit_log.c.rep == rep),
    )
    return Held(*(int(connection.execute(count).scalar_one()) for count in counts))


def erase_readings(connection: Connection, rep: str) -> int:
    """Words that are no disposition of the dialer's, and names of API keys, in facts and versions; how many rows."""
    words = {"words": [*KNOWN, UNREAD], "unread": UNREAD, "training": list(TRAINING), "rep": rep}
    return connection.execute(_typed(_VERSIONS), words).rowcount + connection.execute(_typed(_FACTS), words).rowcount


def erase_writes(connection: Connection, rep: str) -> int:
    """Of what was written to the rep's row only numbers stay."""
    return connection.execute(text(_WRITES), {"rep": rep}).rowcount


def erase_audit_rows(connection: Connection, rep: str) -> int:
    """What was done to whom, when and by whom stays; from what to what, and names of API keys, do not."""
    return connection.execute(text(_AUDIT), {"rep": rep}).rowcount


def erase_accounts(connection: Connection, rep: str) -> int:
    """Accounts of the console that are bound to the rep go, with their sessions; how many.

    What was done by or to them stays in the audit log, without their names, which tell who it was.
    """
    names = connection.execute(delete(users).where(users.c.rep == rep).returning(users.c.name)).scalars().all()
    acted = update(audit_log).where(audit_log.c.actor.in_(names)).values(actor=f"rep:{rep}")
    changed = update(audit_log).where(audit_log.c.subject.in_([f"user:{name}" for name in names]))
    connection.execute(acted)
    connection.execute(changed.values(subject=f"rep:{rep}"))
    return len(names)


def erase_deliveries(connection: Connection, rep: str, names: Sequence[bytes], after: int, up_to: int) -> int:
    """Empties those with an id above `after` and up to `up_to` that tell of the rep's records or hold one of `names`.

    Parked ones are `ignored` then, and not tried again: nobody can do anything with them. Pending ones are emptied as
    they are digested.
    """
    statement = text(_DELIVERIES).bindparams(bindparam("names", type_=ARRAY(LargeBinary)))
    values = {"rep": rep, "names": list(names), "after": after, "up_to": up_to, "forgotten": FORGOTTEN}
    return connection.execute(statement, values).rowcount


def erase_assignments(connection: Connection, value: str) -> int:
    """Leads that were assigned under this value of assignedRep are nobody's."""
    return connection.execute(text(_PEOPLE), {"value": value}).rowcount


def _typed(statement: str) -> TextClause:
    lists = (bindparam(name, type_=ARRAY(Text)) for name in ("words", "training"))
    return text(statement).bindparams(*lists, bindparam("unread", type_=Text))
