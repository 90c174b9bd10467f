"""Facts from the versions that the ledger keeps."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import cast

from sqlalchemy import Connection

from ledger.facts import reps_of_facts
from ledger.forgotten import forgotten_reps
from ledger.versions import Versions, load_children, load_versions
from programs.progression.contents import NoteContent, NoteTargetContent, OpportunityContent, TrainingContent
from programs.progression.facts import Fact
from programs.progression.forgetting import is_frozen
from programs.progression.note_facts import note_fact, note_lead
from programs.progression.opportunity_facts import opportunity_fact
from programs.progression.rules import Rules
from programs.progression.training_facts import training_fact
from programs.progression.versions import Version
from worker.naming import NamedReps, named_reps

Targets = Mapping[str, Sequence[Sequence[Version[NoteTargetContent]]]]


def read_facts(connection: Connection, keys: Collection[str], rules: Rules) -> dict[str, Fact]:
    """The facts with these keys (`note:<id>`, `exam:<id>` …), each from all versions of its record.

    A noteTarget can come before its note: there is no fact then. Facts of a rep who was forgotten stay as they are
    kept, and are not among them.
    """
    records = {(object_name, record_id): key for key in keys for object_name, _, record_id in [key.partition(":")]}
    versions = load_versions(connection, records)
    targets = _targets(load_children(connection, [record_id for name, record_id in versions if name == "note"]))
    reps = named_reps(connection, versions, _leads(targets))
    read = {records[record]: _fact(record, found, targets, reps, rules) for record, found in versions.items()}
    return _thawed(connection, read)


def _thawed(connection: Connection, read: Mapping[str, Fact]) -> dict[str, Fact]:
    forgotten = forgotten_reps(connection)
    kept = reps_of_facts(connection, read.keys()) if forgotten else {}
    return {key: fact for key, fact in read.items() if not is_frozen(kept.get(key), fact.rep, forgotten)}


def _fact(
    record: tuple[str, str],
    versions: Sequence[Version[object]],
    targets: Targets,
    reps: NamedReps,
    rules: Rules,
) -> Fact:
    object_name, record_id = record
    if object_name == "note":
        notes = cast(Sequence[Version[NoteContent]], versions)
        return note_fact(record_id, notes, targets.get(record_id, ()), reps.by_hint["twenty"], rules, reps.by_lead)
    if object_name == "opportunity":
        deals = cast(Sequence[Version[OpportunityContent]], versions)
        return opportunity_fact(record_id, deals, reps.by_hint["twenty"], rules, reps.by_lead)
    trainings = cast(Sequence[Version[TrainingContent]], versions)
    return training_fact(f"{object_name}:{record_id}", trainings, reps.by_hint["redhawk"], rules)


def _targets(versions: Versions) -> Targets:
    """The noteTargets of each note, by all notes that they ever pointed to."""
    found: dict[str, list[Sequence[Version[NoteTargetContent]]]] = defaultdict(list)
    for versions_of_one in versions.values():
        target = cast(Sequence[Version[NoteTargetContent]], versions_of_one)
        for note_id in {version.content.note_id for version in target} - {None}:
            found[str(note_id)].append(target)
    return found


def _leads(targets: Targets) -> dict[str, str]:
    """The lead of each note that has one."""
    leads = {note_id: note_lead(note_id, pointing) for note_id, pointing in targets.items()}
    return {note_id: lead for note_id, lead in leads.items() if lead}
