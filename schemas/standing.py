"""A standing as it is told: the JSON that the ledger keeps (programs.progression.standing_json)."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from marshmallow import INCLUDE, Schema, fields, post_dump

# What an older release may not have kept; it is told as empty until the rep is published again.
_EMPTY: Mapping[str, Any] = MappingProxyType(
    {
        "completedModules": [],
        "certifications": [],
        "defeatedBosses": [],
        "efficiency": {},
        "gates": [],
        "badges": {"earned": [], "next": []},
        "diagnosis": [],
    }
)


class GateAnswer(Schema):
    """One gate of a rank: what it needs, what the rep has (null: no data), whether it is met, and the reason."""

    rank = fields.String(required=True)
    gate = fields.String(required=True)
    need = fields.Raw(required=True)
    have = fields.Raw(required=True, allow_none=True)
    met = fields.Boolean(required=True)
    reason = fields.String(required=True)


class EligibilityAnswer(Schema):
    """What the next rank (null at the top) needs; unmet gates of lower ranks come first."""

    class Meta:
        unknown = INCLUDE

    current = fields.String(required=True)
    next = fields.String(required=True, allow_none=True)
    gates = fields.List(fields.Nested(GateAnswer), required=True)


class StandingAnswer(Schema):
    """Figures, metrics, eligibility, and every gate of every rank, as last computed. More keys may follow."""

    class Meta:
        unknown = INCLUDE

    total_xp = fields.Integer(data_key="totalXp", required=True)
    current_level = fields.Integer(data_key="currentLevel", required=True)
    current_rank = fields.String(data_key="currentRank", required=True)
    closed_deals = fields.Integer(data_key="closedDeals", required=True)
    total_calls = fields.Integer(data_key="totalCalls", required=True)
    sub_thirty_calls = fields.Integer(data_key="subThirtyCalls", required=True)
    over_two_minute_calls = fields.Integer(data_key="overTwoMinuteCalls", required=True)
    appointments_set = fields.Integer(data_key="appointmentsSet", required=True)
    appointments_held = fields.Integer(data_key="appointmentsHeld", required=True)
    streak_days = fields.Integer(data_key="streakDays", required=True)
    completed_modules = fields.List(fields.String(), data_key="completedModules", required=True)
    certifications = fields.List(fields.String(), required=True)
    defeated_bosses = fields.List(fields.String(), data_key="defeatedBosses", required=True)
    efficiency = fields.Dict(keys=fields.String(), required=True)
    eligibility = fields.Nested(EligibilityAnswer, required=True)
    gates = fields.List(fields.Nested(GateAnswer), required=True)
    badges = fields.Dict(keys=fields.String())
    diagnosis = fields.List(fields.Dict(keys=fields.String()))

    @post_dump(pass_original=True)
    def as_kept(self, _: Mapping[str, Any], kept: Mapping[str, Any], **__: Any) -> Mapping[str, Any]:
        """What the ledger keeps is JSON already, and is told whole; the fields above describe it."""
        return {**_EMPTY, **kept}
