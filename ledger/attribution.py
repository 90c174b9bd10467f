"""Which facts hang on a name: an alias, or the rep that a lead is assigned to."""

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, func, select

from ledger.tables import facts, members, record_versions, reps
from programs.progression.attribution import RECORD, Source
from programs.progression.facts import TRAINING

_ASSIGNABLE = facts.c.lead_known & facts.c.rep_by.is_distinct_from(RECORD)
_EARNS = (func.cardinality(facts.c.reasons) + func.cardinality(facts.c.waiting) > 0) | facts.c.met_at.is_not(None)


class Whose(NamedTuple):
    """A fact's kind, whose it is, and how that was found."""

    kind: str
    rep: str | None
    rep_by: str | None


def facts_hinted(connection: Connection, source: Source, name: str) -> dict[str, Whose]:
    """The facts (by key) whose record gives this name of the source (RedHawk's id, an API key's name)."""
    hinted = select(facts.c.key, facts.c.kind, facts.c.rep, facts.c.rep_by).where(hinted_by(source, name))
    return {row.key: Whose(row.kind, row.rep, row.rep_by) for row in connection.execute(hinted)}


def hinted_by(source: Source, name: str) -> ColumnElement[bool]:
    """The condition on `facts` that the record gives this name of the source."""
    training = facts.c.kind.in_(TRAINING)
    return (facts.c.rep_hint == name) & (training if source == "redhawk" else ~training)


def facts_led_by(connection: Connection, people: Collection[str]) -> set[str]:
    """Keys of the facts with one of these leads whose record names no rep."""
    led = select(facts.c.key).where(_ASSIGNABLE, facts.c.lead.in_(people))
    return set(connection.execute(led).scalars())


def facts_assigned_under(connection: Connection, values: Collection[str]) -> set[str]:
    """Keys of the facts whose lead was ever assigned under one of these values of assignedRep."""
    versions = record_versions.c
    people = select(versions.record_id).where(
        versions.object == "person", versions.data["assigned_rep"].astext.in_(values)
    )
    assigned = select(facts.c.key).where(_ASSIGNABLE, facts.c.lead.in_(people))
    return set(connection.execute(assigned).scalars())


def leads_to_read(connection: Connection, *, again: bool) -> list[str]:
    """The leads of facts that earn something and whose record names no rep; without `again` those never read yet."""
    versions = record_versions.c
    read = select(versions.id).where(versions.object == "person", versions.record_id == facts.c.lead)
    leads = select(facts.c.lead).where(_ASSIGNABLE, _EARNS).distinct().order_by(facts.c.lead)
    wanted = leads if again else leads.where(~read.exists())
    return [str(lead) for lead in connection.execute(wanted).scalars()]


def member_names(connection: Connection) -> dict[str, str]:
    """Every workspace member's name, by id; of those who were forgotten none."""
    gone = select(reps.c.id).where(reps.c.id == members.c.id, reps.c.forgotten_at.is_not(None))
    names = select(members.c.id, members.c.name).where(~gone.exists())
    return {row.id: row.name for row in connection.execute(names)}


def deleted_members(connection: Connection) -> set[str]:
    """The ids of the workspace members who are deleted."""
    return set(connection.execute(select(members.c.id).where(members.c.deleted_at.is_not(None))).scalars())
