"""The OpenAPI document is true: questions made from it, over the recorded day's ledger, get documented answers."""

from collections.abc import Callable

import pytest
import schemathesis
from floor import API_TOKEN, JANE, PHIL, Floor
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.schemas import APIOperation

REPS = st.sampled_from([JANE, PHIL, "nobody"])
BOUNDED = settings(
    max_examples=20,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
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
    """Asks each operation (but the document's own) and returns the statuses by operation."""
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", floor.app)
    schema.config.update(headers={"Authorization": f"Bearer {API_TOKEN}"})
    operations = [found.ok() for found in schema.get_all_operations()]
    return {operation.label: _statuses(operation, mode, change) for operation in operations}


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


def test_valid_questions_get_documented_answers(settled: Floor) -> None:
    """Each operation succeeds for reps that exist, and knows nobody else."""
    cursor = settled.ask(f"/api/reps/{JANE}/awards?limit=5").get_json()["next"]

    def of_the_day(case: Case, rep: str) -> None:
        """Cursors can't be made up: where there is one, it is one that a page gave out."""
        case.path_parameters["workspaceMemberId"] = rep
        if "cursor" in case.query:
            case.query["cursor"] = cursor

    assert _asked(settled, GenerationMode.POSITIVE, of_the_day) == {
        "GET /api/reps/{workspaceMemberId}": {200, 404},
        "GET /api/reps/{workspaceMemberId}/awards": {200, 404},
        "POST /api/reps/{workspaceMemberId}/sync": {200, 404},
    }


def test_what_the_document_forbids_is_refused(settled: Floor) -> None:
    """Ids, limits and cursors of any other shape are a 4xx with the error's body, never a fault."""
    assert _asked(settled, GenerationMode.NEGATIVE, lambda case, rep: None) == {
        "GET /api/reps/{workspaceMemberId}": {404},
        "GET /api/reps/{workspaceMemberId}/awards": {400, 404},
        "POST /api/reps/{workspaceMemberId}/sync": {404},
    }
