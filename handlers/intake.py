"""The way every webhook takes: bounded bytes, signature, JSON, inbox, wake, 202."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Literal, Protocol

from flask import Response, g, request
from flask.typing import ResponseReturnValue

from handlers.bodies import read_body, require_json_object
from handlers.rejections import Refused, Rejection
from handlers.request_log import note_delivery, note_event
from handlers.verdicts import Rejected, Verified
from ledger.errors import LedgerUnavailable
from ledger.fault_points import reached
from ledger.inbox import Stored
from schemas.delivery import KEPT_HEADERS, NewDelivery
from schemas.told import told_by_webhook

_KEPT_LENGTH = 200
_ANSWERS = {outcome: json.dumps({"status": outcome}).encode() for outcome in ("accepted", "duplicate")}
_DETAILS: Mapping[Rejection, str] = {
    Rejection.BAD_HEADERS: "the signature headers are missing or malformed",
    Rejection.BAD_SIGNATURE: "the signature does not match",
    Rejection.STALE: "the signed time is too far from now",
}


class Verifier(Protocol):
    """A pure check of the signature on the bytes and headers as received."""

    def __call__(
        self, raw: bytes, headers: Mapping[str, str], secrets: Sequence[str], now: datetime, tolerance_s: int
    ) -> Verified | Rejected: ...


@dataclass(frozen=True, slots=True)
class Sender:
    """Who may send to a route, and how that is proven. `secrets_setting` names the setting of the secrets."""

    source: Literal["twenty", "redhawk"]
    verify: Verifier
    secrets_setting: str
    secrets: tuple[str, ...] = field(repr=False)
    tolerance_s: int


@dataclass(frozen=True, slots=True)
class Intake:
    """Takes one webhook from request to inbox.

    `store` commits a delivery, and wakes a worker for it; None for a repeat, which `count_repeat` counts. Both may
    raise LedgerUnavailable.
    """

    store: Callable[[NewDelivery], Stored | None]
    count_repeat: Callable[[NewDelivery], Stored]
    clock: Callable[[], datetime]
    max_bytes: int

    def receive(self, sender: Sender) -> ResponseReturnValue:
        """Answers the current request: 202 accepted or duplicate. Raises Refused for everything else."""
        raw = read_body(request, self.max_bytes)
        g.body_bytes = len(raw)
        headers = {name.lower(): value for name, value in request.headers.items()}
        verified = self._verified(raw, headers, sender)
        body = require_json_object(raw)
        note_event(body)
        reached("receiver.verified")
        kept = {name: headers[name][:_KEPT_LENGTH] for name in KEPT_HEADERS if name in headers}
        told = told_by_webhook(body)
        stored = self._store(NewDelivery(sender.source, verified.key, raw, kept, verified.sent_at, told))
        note_delivery(stored.id)
        reached("receiver.before_answer")
        g.outcome = "accepted" if stored.is_new else "duplicate"
        return Response(_ANSWERS[g.outcome], HTTPStatus.ACCEPTED, mimetype="application/json")

    def _verified(self, raw: bytes, headers: Mapping[str, str], sender: Sender) -> Verified:
        if not sender.secrets:
            raise Refused(Rejection.NOT_CONFIGURED, f"{sender.secrets_setting} is not set")
        verdict = sender.verify(raw, headers, sender.secrets, self.clock(), sender.tolerance_s)
        if isinstance(verdict, Rejected):
            raise Refused(verdict.reason, _DETAILS[verdict.reason])
        return verdict

    def _store(self, delivery: NewDelivery) -> Stored:
        try:
            return self.store(delivery) or self.count_repeat(delivery)
        except LedgerUnavailable:
            raise Refused(Rejection.LEDGER_UNAVAILABLE, "the inbox can't be written now, send again") from None
