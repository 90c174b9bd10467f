"""One round of fuzzing: mutated deliveries, rightly signed, through the real receiver, the digest and the publisher."""

import hashlib
import hmac
import json
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import count
from typing import Any

from floor import JANE, REDHAWK_SECRET, Floor
from telling import NOON, note, stamp

from handlers.redhawk_signature import SECRET_PREFIX
from runtime.demo.day import RECORDED_SECRET

Mutant = tuple[str, bytes]
_numbers = count(1)


class FuzzedFloor:
    """Posts what it is given together with a good note, lets the worker work, and says what became of each."""

    def __init__(self, floor: Floor) -> None:
        self.floor = floor
        self.statuses: Counter[int] = Counter()
        self.states: Counter[str] = Counter()

    def round(self, mutants: Sequence[Mutant]) -> None:
        """Asserts: no fault, an empty inbox with a reason for what is parked, the good note counted, all published."""
        before = self._newest()
        good = f"good-{next(_numbers)}"
        answers = [self._post(*mutant) for mutant in mutants]
        assert all(map(_is_fitting, mutants, answers)), answers
        assert self._post("twenty", _good_note(good)) == 202
        self.floor.digest()
        self._check_inbox(before, good)
        self._publish()
        self.statuses.update(answers)

    def _check_inbox(self, before: int, good: str) -> None:
        rows = self.floor.ledger("SELECT state, reason, record_key FROM deliveries WHERE id > :before", before=before)
        assert {row["state"] for row in rows} <= {"processed", "ignored", "parked"}
        assert all(row["reason"] for row in rows if row["state"] in ("parked", "ignored"))
        broken = [row for row in rows if str(row["reason"]).startswith("could not be digested")]
        assert broken == [], "a payload that no schema refused"
        assert ("processed", f"note:{good}") in {(row["state"], row["record_key"]) for row in rows}
        self.states.update(row["state"] for row in rows)

    def _publish(self) -> None:
        self.floor.publish()
        refused = self.floor.ledger("SELECT id, refused FROM reps WHERE refused IS NOT NULL")
        assert refused == [], "a rep whom a payload keeps from being published"

    def _newest(self) -> int:
        return int(self.floor.ledger("SELECT coalesce(max(id), 0) AS newest FROM deliveries")[0]["newest"])

    def _post(self, source: str, raw: bytes) -> int:
        headers = _twenty_headers(raw) if source == "twenty" else _redhawk_headers(raw)
        return self.floor.post(f"/webhooks/{source}", headers, raw)


def _is_fitting(mutant: Mutant, status: int) -> bool:
    """What is no JSON is refused; RedHawk's signature is over text, so what is none can't be signed."""
    source, raw = mutant
    return status in (202, 400) or (status == 401 and source == "redhawk" and not _is_text(raw))


def _is_text(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


def _good_note(key: str) -> bytes:
    row = {"createdAt": stamp(NOON), "updatedAt": stamp(NOON), "deletedAt": None}
    record = {**row, **note(key, "Call - CONTACT | 2:05 | Kim", JANE)}
    return json.dumps({"eventName": "note.created", "eventDate": stamp(NOON), "record": record}).encode()


def _twenty_headers(raw: bytes) -> dict[str, str]:
    at = str(int(datetime.now(UTC).timestamp() * 1000))
    signed = hmac.new(RECORDED_SECRET.encode(), at.encode() + b":" + raw, hashlib.sha256).hexdigest()
    return {"X-Twenty-Webhook-Timestamp": at, "X-Twenty-Webhook-Signature": signed}


def _redhawk_headers(raw: bytes) -> dict[str, str]:
    """Signed over the bytes: the library signs only what is text."""
    key, at = f"fuzz_{next(_numbers)}", str(int(datetime.now(UTC).timestamp()))
    secret = b64decode(REDHAWK_SECRET.removeprefix(SECRET_PREFIX))
    digest = hmac.new(secret, f"{key}.{at}.".encode() + raw, hashlib.sha256).digest()
    return {"webhook-id": key, "webhook-timestamp": at, "webhook-signature": f"v1,{b64encode(digest).decode()}"}


def told(fuzzed: FuzzedFloor, seed: Any, inputs: int) -> str:
    """The figures of a run."""
    return f"seed {seed}: {inputs} inputs, answers {dict(fuzzed.statuses)}, deliveries {dict(fuzzed.states)}"
