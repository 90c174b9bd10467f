"""What the RedHawk Academy sends: `{type, timestamp, data}`, one training result each.

RedHawk's own `passed` is not read: its server passes everything at 80 %, the pass marks are ours.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal, cast

from marshmallow import ValidationError, fields, post_load, validate

from schemas.payloads import Id, IgnoredEvent, Moment, Payload, Unreadable, event_name, json_object, loaded

__all__ = ["IgnoredEvent", "RedHawkEvent", "Unreadable", "read_redhawk"]

Outcome = Literal["win", "lose", "abandon"]

OUTCOMES: Mapping[str, Outcome] = {
    "win": "win",
    "won": "win",
    "lose": "lose",
    "lost": "lose",
    "abandon": "abandon",
    "abandoned": "abandon",
}
_MODULE = re.compile(r"(?:module[-_ ])?([0-9]{1,3})", re.IGNORECASE)
_FINEST = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class ModuleCompleted:
    """A module's result: `module_id` is `module_<n>`, `score` in percent."""

    module_id: str
    rep_id: str
    score: Decimal
    completed_at: datetime
    attempt_id: str | None


@dataclass(frozen=True, slots=True)
class ExamSubmitted:
    """An attempt at an exam (`exam_id` is the attempt's): `score` in percent."""

    exam_id: str
    exam_type: str
    rep_id: str
    score: Decimal
    completed_at: datetime


@dataclass(frozen=True, slots=True)
class CertificationAwarded:
    """A certification given to a rep."""

    certification_id: str
    rep_id: str
    awarded_at: datetime


@dataclass(frozen=True, slots=True)
class BattleEnded:
    """A boss battle's end: `level` 1 to 5, `score` in percent."""

    session_id: str
    rep_id: str
    level: int
    outcome: Outcome
    score: Decimal | None
    completed_at: datetime


@dataclass(frozen=True, slots=True)
class MentorshipRecorded:
    """One rep mentored another."""

    mentor_rep_id: str
    mentee_rep_id: str
    recorded_at: datetime


RedHawkEvent = ModuleCompleted | ExamSubmitted | CertificationAwarded | BattleEnded | MentorshipRecorded


class Percent(fields.Decimal):
    """0 to 100, to four places: what binary fractions add behind them is noise."""

    def _validated(self, value: Any) -> Decimal:
        score = super()._validated(value)
        if not 0 <= score <= 100:
            raise ValidationError("Not from 0 to 100.")
        return score.quantize(_FINEST)


class Score(Percent):
    """A score from 0 to 1 or from 0 to 100, in percent.

    A 1 is 100 %: a perfect score of the small scale is written that way, one percent of the large hardly ever is.
    """

    def _validated(self, value: Any) -> Decimal:
        score = fields.Decimal._validated(self, value)
        return super()._validated(score * 100 if 0 <= score <= 1 else score)


def module_id(written: object) -> str:
    """`0`, `"0"`, `"module_0"` or `"module-0"`, as `module_0`."""
    text = str(written) if type(written) is int else written
    number = _MODULE.fullmatch(text.strip()) if isinstance(text, str) else None
    if number is None:
        raise ValidationError("Not a module's id.")
    return f"module_{int(number[1])}"


class _ModuleFields(Payload):
    module_id = fields.Function(deserialize=module_id, data_key="moduleId", required=True)
    rep_id = Id(data_key="repId", required=True)
    score = Score(required=True)
    completed_at = Moment(data_key="completedAt", required=True)
    attempt_id = Id(data_key="attemptId", load_default=None)

    @post_load
    def event(self, data: dict[str, Any], **_: Any) -> ModuleCompleted:
        return ModuleCompleted(**data)


class _ExamFields(Payload):
    exam_id = Id(data_key="examId", required=True)
    exam_type = Id(data_key="examType", required=True)
    rep_id = Id(data_key="repId", required=True)
    score = Score(required=True)
    completed_at = Moment(data_key="completedAt", required=True)

    @post_load
    def event(self, data: dict[str, Any], **_: Any) -> ExamSubmitted:
        return ExamSubmitted(**data)


class _CertificationFields(Payload):
    certification_id = Id(data_key="certificationId", required=True)
    rep_id = Id(data_key="repId", required=True)
    awarded_at = Moment(data_key="awardedAt", required=True)

    @post_load
    def event(self, data: dict[str, Any], **_: Any) -> CertificationAwarded:
        return CertificationAwarded(**data)


class _BattleFields(Payload):
    session_id = Id(data_key="sessionId", required=True)
    rep_id = Id(data_key="repId", required=True)
    level = fields.Integer(strict=True, required=True, validate=validate.Range(1, 5))
    outcome = fields.String(required=True, validate=validate.OneOf(OUTCOMES))
    score = Percent(load_default=None)
    completed_at = Moment(data_key="completedAt", required=True)

    @post_load
    def event(self, data: dict[str, Any], **_: Any) -> BattleEnded:
        return BattleEnded(**{**data, "outcome": OUTCOMES[data["outcome"]]})


class _MentorshipFields(Payload):
    mentor_rep_id = Id(data_key="mentorRepId", required=True)
    mentee_rep_id = Id(data_key="menteeRepId", required=True)
    recorded_at = Moment(data_key="recordedAt", required=True)

    @post_load
    def event(self, data: dict[str, Any], **_: Any) -> MentorshipRecorded:
        return MentorshipRecorded(**data)


_EVENTS: Mapping[str, Payload] = {
    "module.completed": _ModuleFields(),
    "exam.submitted": _ExamFields(),
    "certification.awarded": _CertificationFields(),
    "battle.ended": _BattleFields(),
    "mentorship.recorded": _MentorshipFields(),
}
EVENTS = frozenset(_EVENTS)


def read_redhawk(raw: bytes) -> RedHawkEvent | IgnoredEvent:
    """A webhook's body; `IgnoredEvent` for unknown types, `Unreadable` for any other shape."""
    body = json_object(raw)
    name = event_name(body, "type")
    if name not in _EVENTS:
        return IgnoredEvent(name)
    return cast(RedHawkEvent, loaded(_EVENTS[name], body.get("data"), "data"))
