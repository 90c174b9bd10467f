"""The OpenAPI document is true: questions made from it, over the recorded day's ledger, get documented answers."""

import hashlib
import hmac
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from io import BytesIO
from itertools import cycle
from typing import Any

import pytest
import schemathesis
from floor import API_TOKEN, JANE, PHIL, REDHAWK_SECRET, Floor
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.schemas import APIOperation
from standardwebhooks import Webhook

REPS = (JANE, PHIL, "nobody")
BOUNDED = settings(
    max_examples=20,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
HEALTH = ("GET /healthz", "GET /readyz")
Change = Callable[[Case], None]


@pytest.fixture
def settled(floor: Floor) -> Floor:
    """The recorded day, swept and written."""
    floor.play()
    floor.digest()
    floor.publish()
    floor.sweep()
    return floor


def _asked(floor: Floor, mode: GenerationMode, *changes: Change) -> dict[str, set[int]]:
    """Asks each operation (but the document's own), changed in turn, and returns the statuses by operation.

    Who asks for health can't ask wrongly.
    """
    rightly = mode is GenerationMode.POSITIVE
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", Signing(floor) if rightly else floor.app)
    schema.config.update(headers={"Authorization": f"Bearer {API_TOKEN}"})
    operations = [found.ok() for found in schema.get_all_operations()]
    left_out = () if rightly else HEALTH
    return {each.label: _statuses(each, mode, changes) for each in operations if each.label not in left_out}


def _statuses(operation: APIOperation, mode: GenerationMode, changes: Sequence[Change]) -> set[int]:
    """Asks 20 questions, the changes in turn; each answer must be as documented in status, headers and body, no 5xx."""
    seen: set[int] = set()
    turns = cycle(changes)

    @given(case=operation.as_strategy(generation_mode=mode))
    @BOUNDED
    def ask(case: Case) -> None:
        next(turns)(case)
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

    def of_the_day(rep: str, case: Case) -> None:
        """Cursors can't be made up: where there is one, it is one that a page gave out."""
        if case.path_parameters:
            case.path_parameters["workspaceMemberId"] = rep
        if "cursor" in case.query:
            case.query["cursor"] = cursor

    assert _asked(settled, GenerationMode.POSITIVE, *(partial(of_the_day, rep) for rep in REPS)) == {
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

    def of_no_awards(case: Case) -> None:
        """Drawn questions may all be of reps who don't exist."""
        if case.operation.path.endswith("/awards"):
            case.path_parameters, case.query = {"workspaceMemberId": JANE}, {"limit": "0"}

    answers = _asked(settled, GenerationMode.NEGATIVE, lambda case: None, of_no_awards)
    assert {400} <= answers.pop("GET /api/reps/{workspaceMemberId}/awards") <= {400, 404}
    assert answers == {
        "GET /api/reps/{workspaceMemberId}": {404},
        "POST /api/reps/{workspaceMemberId}/sync": {404},
        "POST /webhooks/twenty": {401},
        "POST /webhooks/redhawk": {401},
    }
