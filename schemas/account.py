"""A rep's account and a record's way as JSON."""

from typing import Any

from marshmallow import fields

from schemas.answers import (
    Answer,
    At,
    AuditAnswer,
    AwardAnswer,
    AwardsPageAnswer,
    BadgeAnswer,
    FactAnswer,
    RankStepAnswer,
    WriteAnswer,
)
from schemas.standing import StandingAnswer


def _short(field: type[fields.String | fields.Integer], name: str) -> fields.Field[Any]:
    """One figure of the standing; null before there is one."""
    return field(attribute=f"rep.standing.{name}", data_key=name, allow_none=True, dump_default=None)


class AliasAnswer(Answer):
    """An outside name that a source (`redhawk`, `twenty`) knows the rep by."""

    source = fields.String()
    alias = fields.String()


class FreshnessAnswer(Answer):
    """Whether the standing is up to date, and what waits if it is not."""

    up_to_date = fields.Boolean(data_key="upToDate")
    published_at = At(data_key="publishedAt", allow_none=True)
    dirty_since_at = At(data_key="dirtySince", allow_none=True)
    pending_deliveries = fields.Integer(data_key="pendingDeliveries")
    refused = fields.String(allow_none=True)
    watermark_at = At(data_key="watermarkAt", allow_none=True)


class XpAnswer(Answer):
    """`total` = `ours` + `foreign`; `ours` = the sum of all awards + `gap` (what no award explains yet)."""

    total = fields.Integer()
    ours = fields.Integer()
    foreign = fields.Integer()
    gap = fields.Integer()
    adopted_at = At(data_key="adoptedAt", allow_none=True)
    shared = fields.Boolean()


class _RepStanding(Answer):
    rep = fields.String(attribute="rep.id", data_key="workspaceMemberId")
    name = fields.String(attribute="rep.name", allow_none=True)
    standing = fields.Nested(StandingAnswer, attribute="rep.standing", allow_none=True)
    freshness = fields.Nested(FreshnessAnswer)
    waiting = fields.Dict(keys=fields.String(), values=fields.Integer())


class RepStandingAnswer(_RepStanding):
    """A rep's standing, null before it was computed for the first time. `waiting` counts by kind what is not paid."""


class ShortStandingAnswer(Answer):
    """Whose a record is, and where that rep stands."""

    rep = fields.String(attribute="rep.id", data_key="workspaceMemberId")
    name = fields.String(attribute="rep.name", allow_none=True)
    rank = _short(fields.String, "currentRank")
    level = _short(fields.Integer, "currentLevel")
    total_xp = _short(fields.Integer, "totalXp")
    freshness = fields.Nested(FreshnessAnswer)


class RepAccountAnswer(_RepStanding):
    """Why a rep stands where it stands. `waiting` counts by kind the facts that are not paid yet."""

    time_zone = fields.String(attribute="rep.time_zone", data_key="timeZone", allow_none=True)
    aliases = fields.List(fields.Nested(AliasAnswer))
    xp = fields.Nested(XpAnswer)
    rank_steps = fields.List(fields.Nested(RankStepAnswer), data_key="rankSteps")
    badges = fields.List(fields.Nested(BadgeAnswer))
    awards = fields.Nested(AwardsPageAnswer)
    writes = fields.List(fields.Nested(WriteAnswer))
    audit_log = fields.List(fields.Nested(AuditAnswer), data_key="auditLog")


class DeliveryAnswer(Answer):
    """A delivery and what became of it."""

    source = fields.String()
    received_at = At(data_key="receivedAt")
    state = fields.String()
    reason = fields.String(allow_none=True)
    duplicates = fields.Integer()


class _Content(fields.Dict):
    """A version's content with its names as everywhere in JSON."""

    def _serialize(self, value: Any, *_: Any, **__: Any) -> dict[str, Any]:
        return {_camel_case(name): found for name, found in value.items()}


def _camel_case(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)


class VersionAnswer(Answer):
    """A state of a record and how it was read."""

    record_id = fields.String(data_key="recordId")
    updated_at = At(data_key="updatedAt")
    deleted_at = At(data_key="deletedAt", allow_none=True)
    destroyed_at = At(data_key="destroyedAt", allow_none=True)
    swept_at = At(data_key="sweptAt", allow_none=True)
    first_seen_at = At(data_key="firstSeenAt")
    brought_by = fields.String(data_key="broughtBy")
    content = _Content(keys=fields.String())


class MissingAnswer(Answer):
    """Since when the record is missing in Twenty, and when a second read confirmed it."""

    missing_at = At(data_key="missingAt")
    confirmed_at = At(data_key="confirmedAt", allow_none=True)


class RecordWayAnswer(Answer):
    """The way of one note or opportunity. `write` carried the last of its XP to Twenty."""

    object = fields.String()
    id = fields.String()
    deliveries = fields.List(fields.Nested(DeliveryAnswer))
    versions = fields.List(fields.Nested(VersionAnswer))
    targets = fields.List(fields.Nested(VersionAnswer))
    fact = fields.Nested(FactAnswer, allow_none=True)
    twins = fields.List(fields.Nested(FactAnswer))
    awards = fields.List(fields.Nested(AwardAnswer))
    rep = fields.Nested(ShortStandingAnswer, allow_none=True)
    write = fields.Nested(WriteAnswer, allow_none=True)
    audit_log = fields.List(fields.Nested(AuditAnswer), data_key="auditLog")
    missing = fields.Nested(MissingAnswer, allow_none=True)
