"""Facts for tests, made the way the worker makes them: versions of titles, stages and scores, read by the rules."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TypeVar

from programs.progression.contents import NoteContent, NoteTargetContent, OpportunityContent, TrainingContent
from programs.progression.facts import KeptFact
from programs.progression.note_facts import note_fact
from programs.progression.notes import read_note
from programs.progression.opportunity_facts import opportunity_fact
from programs.progression.rules import default_rules
from programs.progression.training_facts import training_fact
from programs.progression.versions import Version
from schemas.contents import content_hash

Content = TypeVar("Content", NoteContent, NoteTargetContent, OpportunityContent, TrainingContent)

RULES = default_rules()
START = datetime(2026, 11, 16, 14, tzinfo=UTC)
REP = "rep-1"
DAY_S = 86_400
KEY_NAME = "ads-dialer"
NO_MAP: Mapping[str, str] = {}


def at(seconds: float) -> datetime:
    """So many seconds after the tests' beginning, 9:00 on a Monday in New York."""
    return START + timedelta(seconds=seconds)


def day(days: float) -> datetime:
    """So many days after the tests' beginning."""
    return at(days * DAY_S)


def version(
    content: Content,
    updated_s: float = 0,
    *,
    deleted: bool = False,
    destroyed_s: float | None = None,
    swept_s: float | None = None,
) -> Version[Content]:
    """A version of any record, with the hash that the worker gives it."""
    deleted_at = at(updated_s) if deleted else None
    return Version(
        updated_at=at(updated_s),
        content_hash=content_hash(content, deleted_at),
        content=content,
        deleted_at=deleted_at,
        destroyed_at=None if destroyed_s is None else at(destroyed_s),
        swept_at=None if swept_s is None else at(swept_s),
    )


def note_content(
    title: str, body: str = "", *, created_s: float = 0, rep: str | None = REP, hint: str | None = None
) -> NoteContent:
    """A note's content, its texts read by the grammar."""
    reading = read_note(title, body)
    return NoteContent(
        kind=reading.kind,
        form=reading.form,
        disposition=reading.disposition,
        duration_s=reading.duration_s,
        duration_in=reading.duration_in,
        how=reading.how,
        rep=rep,
        rep_hint=hint,
        created_at=at(created_s),
    )


def target(
    target_id: str, person: str | None, note_id: str | None = "n1", *, deleted: bool = False
) -> list[Version[NoteTargetContent]]:
    """The only version of a noteTarget."""
    return [version(NoteTargetContent(target_id, note_id, person), deleted=deleted)]


def call(
    note_id: str,
    title: str,
    at_s: float = 0,
    *,
    body: str = "",
    lead: str | None = None,
    rep: str = REP,
    mapped: bool = False,
    deleted: bool = False,
) -> KeptFact:
    """The undecided fact of a note with one version; `mapped`: written with an API key that a map gives to `rep`."""
    author, hint = (None, KEY_NAME) if mapped else (rep, None)
    content = note_content(title, body, created_s=at_s, rep=author, hint=hint)
    targets = [target(f"target-of-{note_id}", lead, note_id)] if lead else []
    versions = [version(content, at_s, deleted=deleted)]
    return KeptFact(note_fact(note_id, versions, targets, {KEY_NAME: rep}, RULES))


def stage(name: str | None, at_s: float, *, lead: str | None = "jane", rep: str | None = REP) -> OpportunityContent:
    """An opportunity's content; the stage's time only serves `opportunity`."""
    return OpportunityContent(stage=name, contact=lead, rep=rep, rep_hint=None, created_at=START)


def opportunity(
    opportunity_id: str,
    stages: Sequence[tuple[str, float]],
    *,
    lead: str | None = "jane",
    rep: str | None = REP,
    deleted: bool = False,
) -> KeptFact:
    """The undecided fact of an opportunity that went through these (stage, seconds)."""
    versions = [version(stage(name, s, lead=lead, rep=rep), s) for name, s in stages]
    if deleted:
        name, s = stages[-1]
        versions.append(version(stage(name, s, lead=lead, rep=rep), s + 1, deleted=True))
    return KeptFact(opportunity_fact(opportunity_id, versions, NO_MAP, RULES))


def training_content(
    kind: str, subject: str, score: float | None = None, outcome: str | None = None
) -> TrainingContent:
    """What RedHawk tells of the rep it calls `tim`."""
    return TrainingContent(kind, "tim", subject, None if score is None else Decimal(str(score)), outcome)


def training(
    record_id: str,
    kind: str,
    subject: str,
    at_s: float = 0,
    *,
    score: float | None = None,
    outcome: str | None = None,
    rep: str = REP,
) -> KeptFact:
    """The undecided fact of something that RedHawk told once."""
    told = version(training_content(kind, subject, score, outcome), at_s)
    return KeptFact(training_fact(f"{kind}:{record_id}", [told], {"tim": rep}, RULES))
