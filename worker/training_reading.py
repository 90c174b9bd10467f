"""RedHawk's events as record versions."""

from datetime import datetime

from ledger.inbox import Delivery
from ledger.versions import SeenVersion
from programs.progression.contents import TrainingContent
from programs.progression.facts import BATTLE, CERTIFICATION, EXAM, MENTORSHIP, MODULE
from programs.progression.versions import Version
from schemas.contents import content_hash
from schemas.redhawk import (
    BattleEnded,
    CertificationAwarded,
    ExamSubmitted,
    ModuleCompleted,
    RedHawkEvent,
)


def training_version(event: RedHawkEvent, delivery: Delivery) -> SeenVersion:
    """The version that an event tells, under the key of what happened (an attempt, a session, a pair)."""
    record_id, at, content = _told(event)
    version = Version(updated_at=at, content_hash=content_hash(content, None), content=content)
    return SeenVersion(content.kind, record_id, version, delivery.received_at, delivery.id)


def _told(event: RedHawkEvent) -> tuple[str, datetime, TrainingContent]:
    if isinstance(event, ModuleCompleted):
        attempt = event.attempt_id or f"{event.rep_id}:{event.module_id}:{event.completed_at.isoformat()}"
        return attempt, event.completed_at, _content(MODULE, event.rep_id, event.module_id, event)
    if isinstance(event, ExamSubmitted):
        return event.exam_id, event.completed_at, _content(EXAM, event.rep_id, event.exam_type, event)
    if isinstance(event, BattleEnded):
        return event.session_id, event.completed_at, _content(BATTLE, event.rep_id, str(event.level), event)
    if isinstance(event, CertificationAwarded):
        content = _content(CERTIFICATION, event.rep_id, event.certification_id, event)
        return f"{event.rep_id}:{event.certification_id}", event.awarded_at, content
    content = _content(MENTORSHIP, event.mentor_rep_id, event.mentee_rep_id, event)
    return f"{event.mentor_rep_id}:{event.mentee_rep_id}", event.recorded_at, content


def _content(kind: str, rep_id: str, subject: str, event: RedHawkEvent) -> TrainingContent:
    score = event.score if isinstance(event, ModuleCompleted | ExamSubmitted | BattleEnded) else None
    outcome = event.outcome if isinstance(event, BattleEnded) else None
    return TrainingContent(kind=kind, rep_hint=rep_id, subject=subject, score=score, outcome=outcome)
