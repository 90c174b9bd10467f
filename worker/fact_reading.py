"""Facts from the versions that the ledger keeps."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import cast

from sqlalchemy import Connection

from ledger.aliases import reps_by_alias
from ledger.versions import Versions, load_children, load_versions
from programs.progression.contents import NoteContent, NoteTargetContent, OpportunityContent, TrainingContent
from programs.progression.facts import Fact
from programs.progression.note_facts import note_fact
from programs.progression.opportunity_facts import opportunity_fact
from programs.progression.rules import Rules
from programs.progression.training_facts import training_fact
from programs.progression.versions import Version

Targets = Mapping[str, Sequence[Sequence[Version[NoteTargetContent]]]]


def read_facts(connection: Connection, keys: Collection[str], rules: Rules) -> dict[str, Fact]:
    """The facts with these keys (`note:<id>`, `exam:<id>` …), each from all versions of its record.

    A noteTarget can come before its note: there is no fact then.
    """
    records = {(object_name, record_id): key for key in keys for object_name, _, record_id in [key.partition(":")]}
    versions = load_versions(connection, records)
    targets = _targets(load_children(connection, [record_id for name, record_id in versions if name == "note"]))
    reps = _mapped_reps(connection, versions)
    return {records[record]: _fact(record, found, targets, reps, rules) for record, found in versions.items()}


def _fact(
    record: tuple[str, str],
    versions: Sequence[Version[object]],
    targets: Targets,
    reps: Mapping[str, Mapping[str, str]],
    rules: Rules,
) -> Fact:
    object_name, record_id = record
    if object_name == "note":
        notes = cast(Sequence[Version[NoteContent]], versions)
        return note_fact(record_id, notes, targets.get(record_id, ()), reps["twenty"], rules)
    if object_name == "opportunity":
        deals = cast(Sequence[Version[OpportunityContent]], versions)
        return opportunity_fact(record_id, deals, reps["twenty"], rules)
    trainings = cast(Sequence[Version[TrainingContent]], versions)
    return training_fact(f"{object_name}:{record_id}", trainings, reps["redhawk"], rules)


def _targets(versions: Versions) -> Targets:
    """The noteTargets of each note, by all notes that they ever pointed to."""
    found: dict[str, list[Sequence[Version[NoteTargetContent]]]] = defaultdict(list)
    for versions_of_one in versions.values():
        target = cast(Sequence[Version[NoteTargetContent]], versions_of_one)
        for note_id in {version.content.note_id for version in target} - {None}:
            found[str(note_id)].append(target)
    return found


def _mapped_reps(connection: Connection, versions: Versions) -> Mapping[str, Mapping[str, str]]:
    hints: dict[str, set[str]] = {"twenty": set(), "redhawk": set()}
    for found in versions.values():
        for version in found:
            if isinstance(version.content, TrainingContent):
                hints["redhawk"].add(version.content.rep_hint)
            elif isinstance(version.content, NoteContent | OpportunityContent) and version.content.rep_hint:
                hints["twenty"].add(version.content.rep_hint)
    return {source: reps_by_alias(connection, source, names) for source, names in hints.items()}
