"""Naming: whom the outside names on records and the assigned reps of leads stand for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from sqlalchemy import Connection

from ledger.aliases import reps_by_alias
from ledger.attribution import deleted_members, member_names
from ledger.locks import share_names
from ledger.versions import Versions, load_versions
from programs.progression.attribution import NOBODY, Source, reps_by_select_value
from programs.progression.contents import NoteContent, OpportunityContent, PersonContent, TrainingContent
from programs.progression.versions import newest


@dataclass(frozen=True, slots=True)
class NamedReps:
    """Workspace members' ids: `by_hint` by the source of the name and the name, `by_lead` by the lead's person id."""

    by_hint: Mapping[Source, Mapping[str, str]]
    by_lead: Mapping[str, str]


def named_reps(connection: Connection, versions: Versions, leads: Mapping[str, str]) -> NamedReps:
    """Whom the records name, none of which may change until the transaction ends.

    `leads` are those of the notes among them, by note id. Records that name their rep in every version ask nothing.
    """
    if not any(_names_nobody(version.content) for found in versions.values() for version in found):
        return NamedReps({"twenty": NOBODY, "redhawk": NOBODY}, NOBODY)
    share_names(connection)
    hints = _hints(versions)
    by_hint: dict[Source, Mapping[str, str]] = {
        "twenty": reps_by_alias(connection, "twenty", hints["twenty"]),
        "redhawk": reps_by_alias(connection, "redhawk", hints["redhawk"]),
    }
    return NamedReps(by_hint, _assigned(connection, _leads(versions, leads)))


def _names_nobody(content: object) -> bool:
    return isinstance(content, TrainingContent) or (
        isinstance(content, NoteContent | OpportunityContent) and content.rep is None
    )


def _hints(versions: Versions) -> dict[Source, set[str]]:
    hints: dict[Source, set[str]] = {"twenty": set(), "redhawk": set()}
    for found in versions.values():
        for version in found:
            if isinstance(version.content, TrainingContent):
                hints["redhawk"].add(version.content.rep_hint)
            elif isinstance(version.content, NoteContent | OpportunityContent) and version.content.rep_hint:
                hints["twenty"].add(version.content.rep_hint)
    return hints


def _leads(versions: Versions, leads_of_notes: Mapping[str, str]) -> set[str]:
    """The leads of the records that name nobody now."""
    leads: set[str | None] = set()
    for (_, record_id), found in versions.items():
        content = newest(found).content
        if isinstance(content, NoteContent) and content.rep is None:
            leads.add(leads_of_notes.get(record_id))
        elif isinstance(content, OpportunityContent) and content.rep is None:
            leads.add(content.contact)
    return {lead for lead in leads if lead}


def _assigned(connection: Connection, leads: set[str]) -> dict[str, str]:
    """The reps whom the newest version of each lead is assigned to; a value that nobody, or two, go by is nobody's."""
    people = load_versions(connection, [("person", lead) for lead in leads])
    values = {lead: cast(PersonContent, newest(found).content).assigned_rep for (_, lead), found in people.items()}
    if not any(values.values()):
        return {}
    reps = reps_by_select_value(member_names(connection), deleted_members(connection))
    return {lead: reps[value] for lead, value in values.items() if value in reps}
