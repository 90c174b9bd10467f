"""What answers to people are made of: facts, awards, grants, writes, audit rows. OpenAPI is made from these."""

from datetime import UTC, datetime
from typing import Any

from marshmallow import Schema, fields

from programs.progression.facts import Fact


class Answer(Schema):
    """Every field is always there; one that may be empty is null then."""

    def on_bind_field(self, _: str, field_obj: fields.Field[Any]) -> None:
        """OpenAPI lists them all as required."""
        field_obj.required = True


class At(fields.AwareDateTime):
    """An aware datetime as ISO 8601 in UTC."""

    def _serialize(self, value: datetime | None, *_: Any, **__: Any) -> str | None:
        return None if value is None else value.astimezone(UTC).isoformat().replace("+00:00", "Z")


class RecordId(fields.String):
    """The id in Twenty, or of RedHawk's event, of the record that a fact is about."""

    def _serialize(self, value: Any, *_: Any, **__: Any) -> str:
        fact: Fact = value
        return fact.key.partition(":")[2]


class FactAnswer(Answer):
    """A fact as it is now. Of a note: `reading` is how its title was read, `disposition` what it says."""

    key = fields.String(attribute="fact.key")
    record_id = RecordId(attribute="fact", data_key="recordId")
    kind = fields.String(attribute="fact.kind")
    occurred_at = At(attribute="fact.occurred_at", data_key="occurredAt")
    live = fields.Boolean(attribute="fact.live")
    rep = fields.String(attribute="fact.rep", allow_none=True)
    rep_by = fields.String(attribute="fact.rep_by", data_key="repBy", allow_none=True)
    rep_hint = fields.String(attribute="fact.rep_hint", data_key="repHint", allow_none=True)
    lead = fields.String(attribute="fact.lead", allow_none=True)
    disposition = fields.String(attribute="fact.disposition", allow_none=True)
    duration_s = fields.Integer(attribute="fact.duration_s", data_key="durationS", allow_none=True)
    reading = fields.String(attribute="fact.reading", allow_none=True)
    subject = fields.String(attribute="fact.subject", allow_none=True)
    score = fields.Float(attribute="fact.score", allow_none=True)
    call_key = fields.String(data_key="callKey", allow_none=True)
    twin_of = fields.String(data_key="twinOf", allow_none=True)


class AwardAnswer(Answer):
    """XP given once, and the note or event behind it; `fact` is null for XP that was carried over."""

    id = fields.Integer(attribute="award.id")
    fact_key = fields.String(attribute="award.fact_key", data_key="factKey")
    reason = fields.String(attribute="award.reason")
    amount = fields.Integer(attribute="award.amount")
    basis = fields.String(attribute="award.basis")
    why = fields.String()
    occurred_at = At(attribute="award.occurred_at", data_key="occurredAt")
    awarded_at = At(attribute="award.awarded_at", data_key="awardedAt")
    published_at = At(attribute="award.published_at", data_key="publishedAt", allow_none=True)
    rules_version = fields.String(attribute="award.rules_version", data_key="rulesVersion")
    fact = fields.Nested(FactAnswer, allow_none=True)


class AwardsPageAnswer(Answer):
    """Awards newest first; `next` is the cursor of the page behind, null on the last."""

    awards = fields.List(fields.Nested(AwardAnswer))
    next = fields.String(allow_none=True)


class _GrantAnswer(Answer):
    reached_at = At(attribute="granted.reached_at", data_key="reachedAt")
    granted_at = At(attribute="granted.granted_at", data_key="grantedAt")
    fact_key = fields.String(attribute="granted.fact_key", data_key="factKey")
    fact = fields.Nested(FactAnswer, allow_none=True)


class RankStepAnswer(_GrantAnswer):
    """A promotion and the fact that tipped it."""

    rank = fields.String(attribute="granted.name")


class BadgeAnswer(_GrantAnswer):
    """A badge and the fact that tipped it."""

    badge = fields.String(attribute="granted.name")


class WriteAnswer(Answer):
    """A write to the rep's row in Twenty: the fields' names and values as sent."""

    written_at = At(data_key="writtenAt")
    sequence = fields.Integer()
    fields_ = fields.Dict(keys=fields.String(), attribute="fields", data_key="fields")


class AuditAnswer(Answer):
    """A row of the audit log."""

    at = At()
    actor = fields.String()
    action = fields.String()
    subject = fields.String()
    before = fields.Dict(keys=fields.String(), allow_none=True)
    after = fields.Dict(keys=fields.String(), allow_none=True)
    cause = fields.String(allow_none=True)
