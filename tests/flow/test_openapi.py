"""The OpenAPI document is true: questions made from it, over the recorded day's ledger, get documented answers."""

import hashlib
import hmac
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
import schemathesis
from floor import API_TOKEN, JANE, PHIL, REDHAWK_SECRET, Floor
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.schemas import APIOperation
from standardwebhooks import Webhook

REPS = st.sampled_from([JANE, "nobody", PHIL, "nobody"])
BOUNDED = settings(
    max_examples=20,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
HEALTH = ("GET /healthz", "GET /readyz")
Change = Callable[[Case, str], None]


@pytest.fixture
def settled(floor: Floor) -> Floor:
    """The recorded day, swept and written."""
    floor.play()
    floor.digest()
    floor.publish()
    floor.sweep()
    return floor


def _asked(floor: Floor, mode: GenerationMode, change: Change) -> dict[str, set[int]]:
    """Asks each operation (but the document's own) and returns the statuses by operation.

    Who asks for health can't ask wrongly.
    """
    rightly = mode is GenerationMode.POSITIVE
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", Signing(floor) if rightly else floor.app)
    schema.config.update(headers={"Authorization": f"Bearer {API_TOKEN}"})
    operations = [found.ok() for found in schema.get_all_operations()]
    left_out = () if rightly else HEALTH
    return {each.label: _statuses(each, mode, change) for each in operations if each.label not in left_out}


def _statuses(operation: APIOperation, mode: GenerationMode, change: Change) -> set[int]:
    """Asks 20 questions; each answer must be as documented in status, headers and body, and no 5xx."""
    seen: set[int] = set()

    @given(case=operation.as_strategy(generation_mode=mode), rep=REPS)
    @BOUNDED
    def ask(case: Case, rep: str) -> None:
        change(case, rep)
        seen.add(case.call_and_validate().status_code)

    ask()
    return seen


class Signing:
    """In front of the receiver: signs each webhook as Twenty or RedHawk does, as a signature can't be made up."""

    def __init__(self, floor: Floor) -> None:
        self._served = floor.app.wsgi_app
        self._secret = floor.day.secret.encode()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        if environ["PATH_INFO"].startswith("/webhooks"):
            raw = environ["wsgi.input"].read()
            environ["wsgi.input"] = BytesIO(raw)
            twenty = environ["PATH_INFO"] == "/webhooks/twenty"
            environ |= self._as_twenty(raw) if twenty else self._as_redhawk(environ["HTTP_WEBHOOK_ID"], raw)
        return self._served(environ, start_response)

    def _as_twenty(self, raw: bytes) -> dict[str, str]:
        at = str(int(datetime.now(UTC).timestamp() * 1000))
        signature = hmac.new(self._secret, at.encode() + b":" + raw, hashlib.sha256).hexdigest()
        return {"HTTP_X_TWENTY_WEBHOOK_TIMESTAMP": at, "HTTP_X_TWENTY_WEBHOOK_SIGNATURE": signature}

    def _as_redhawk(self, key: str, raw: bytes) -> dict[str, str]:
        now = datetime.now(UTC)
        signature = Webhook(REDHAWK_SECRET).sign(key, now, raw.decode())
        return {"HTTP_WEBHOOK_TIMESTAMP": str(int(now.timestamp())), "HTTP_WEBHOOK_SIGNATURE": signature}


def test_valid_questions_get_documented_answers(settled: Floor) -> None:
    """Each operation succeeds for reps that exist, and knows nobody else."""
    cursor = settled.ask(f"/api/reps/{JANE}/awards?limit=5").get_json()["next"]

    def of_the_day(case: Case, rep: str) -> None:
        """Cursors can't be made up: where there is one, it is one that a page gave out."""
        if case.path_parameters:
            case.path_parameters["workspaceMemberId"] = rep
        if "cursor" in case.query:
            case.query["cursor"] = cursor

    assert _asked(settled, GenerationMode.POSITIVE, of_the_day) == {
        "GET /api/reps/{workspaceMemberId}": {200, 404},
        "GET /api/reps/{workspaceMemberId}/awards": {200, 404},
        "POST /api/reps/{workspaceMemberId}/sync": {200, 404},
        "POST /webhooks/twenty": {202},
        "POST /webhooks/redhawk": {202},
        "GET /healthz": {200},
        "GET /readyz": {200},
    }
    assert settled.digest() > 10
    assert settled.deliveries().get("pending") is None


def test_what_the_document_forbids_is_refused(settled: Floor) -> None:
    """Ids, limits and cursors of any other shape are a 4xx with the error's body, never a fault."""
    assert _asked(settled, GenerationMode.NEGATIVE, lambda case, rep: None) == {
        "GET /api/reps/{workspaceMemberId}": {404},
        "GET /api/reps/{workspaceMemberId}/awards": {400, 404},
        "POST /api/reps/{workspaceMemberId}/sync": {404},
        "POST /webhooks/twenty": {401},
        "POST /webhooks/redhawk": {401},
    }
