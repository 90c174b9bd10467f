"""RedHawk's battle history, read leniently: each battle becomes the `battle.ended` event that a webhook would tell."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from marshmallow import ValidationError, fields, post_load, pre_load, validate

from schemas.payloads import Id, Moment, Payload, Unreadable, json_object
from schemas.redhawk import OUTCOMES, Percent

MOST_BATTLES = 50  # what RedHawk keeps (contract/redhawk.md)


@dataclass(frozen=True, slots=True)
class EndedBattle:
    """A battle that is over: `raw` is the body of a `battle.ended` event about it."""

    session_id: str
    ended_at: datetime
    raw: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class BattleHistory:
    """The battles that could be read, and how many entries could not (running ones among them)."""

    battles: tuple[EndedBattle, ...]
    unread: int


class _BattleFields(Payload):
    """Levels and scores may come as text; what pays is only session, level, outcome, score and time."""

    session_id = Id(data_key="id", required=True)
    level = fields.Integer(required=True, validate=validate.Range(1, 5))
    outcome = fields.String(required=True, validate=validate.OneOf(OUTCOMES))
    score = Percent(load_default=None, allow_none=True)
    completed_at = Moment(data_key="completedAt", required=True)

    @pre_load
    def lower_case(self, data: Mapping[str, Any], **_: Any) -> dict[str, Any]:
        return {**data, "outcome": str(data.get("outcome")).strip().lower()}

    @post_load
    def plain(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {**data, "outcome": OUTCOMES[data["outcome"]]}


_BATTLE = _BattleFields()


def read_history(raw: bytes, rep_id: str) -> BattleHistory:
    """The history in an answer of `/battle/stats/<rep_id>`; `Unreadable` when it holds no list of battles."""
    told = json_object(raw).get("history")
    if not isinstance(told, list):
        raise Unreadable("history: missing or not a list")
    read = [_battle(entry, rep_id) for entry in told[:MOST_BATTLES]]
    battles = {battle.session_id: battle for battle in read if battle is not None}
    return BattleHistory(tuple(battles.values()), read.count(None))


def _battle(entry: object, rep_id: str) -> EndedBattle | None:
    if not isinstance(entry, Mapping):
        return None
    try:
        battle = _BATTLE.load(entry)
    except ValidationError:
        return None
    return EndedBattle(battle["session_id"], battle["completed_at"], _event(battle, rep_id))


def _event(battle: Mapping[str, Any], rep_id: str) -> bytes:
    at = battle["completed_at"].isoformat()
    score = None if battle["score"] is None else float(battle["score"])
    data = {"sessionId": battle["session_id"], "repId": rep_id, "level": battle["level"], "outcome": battle["outcome"]}
    data |= {"completedAt": at} | ({} if score is None else {"score": score})
    return json.dumps({"type": "battle.ended", "timestamp": at, "data": data}).encode()
