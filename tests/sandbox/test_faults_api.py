"""Faults of the API: refusals, server faults, calls that hang, answers that are lost."""

import time
from collections import Counter
from collections.abc import Iterator
from threading import Timer
from typing import Any

import pytest
import requests

from sandbox.twenty import SandboxTwenty
from sandbox.twenty.faults import ApiFault, Faults
from twenty_client.errors import RateLimited, ServerFault, TwentyError
from twenty_client.refusals import refusal

HEADERS = {"Authorization": "Bearer key"}


@pytest.fixture
def twenty() -> Iterator[SandboxTwenty]:
    twenty = SandboxTwenty("key", tokens=None)
    twenty.start()
    yield twenty
    twenty.stop()


def _send(twenty: SandboxTwenty, method: str, path: str = "notes", sent: Any = None) -> requests.Response:
    return requests.request(method, f"{twenty.url}/rest/{path}", json=sent, headers=HEADERS, timeout=5)


@pytest.mark.parametrize(
    ("kind", "status", "error"), [("429", 429, RateLimited), ("500", 500, ServerFault), ("400", 400, ServerFault)]
)
def test_a_call_is_refused_without_being_done(
    twenty: SandboxTwenty, kind: Any, status: int, error: type[TwentyError]
) -> None:
    """Nothing is written, and our client takes each of the three for something that passes."""
    twenty.faults.set(Faults(api=(ApiFault(kind=kind, share=1),)))
    answer = _send(twenty, "POST", sent={"title": "x"})
    understood = refusal("POST /rest/notes", answer.status_code, dict(answer.headers), answer.content)
    assert (answer.status_code, type(understood)) == (status, error)
    assert twenty.rows("notes") == []
    assert twenty.faults.counts == {kind: {"POST notes": 1}}
    assert twenty.calls_by_status == {status: 1}


def test_a_cut_connection_has_written(twenty: SandboxTwenty) -> None:
    """The caller gets no answer at all, and the note is there."""
    twenty.faults.set(Faults(api=(ApiFault(kind="cut", share=1),)))
    with pytest.raises(requests.ConnectionError):
        _send(twenty, "POST", sent={"title": "x"})
    assert [row["title"] for row in twenty.rows("notes")] == ["x"]
    assert twenty.faults.counts == {"cut": {"POST notes": 1}}


def test_reading_is_never_cut(twenty: SandboxTwenty) -> None:
    """A GET has nothing to apply."""
    twenty.faults.set(Faults(api=(ApiFault(kind="cut", share=1),)))
    assert _send(twenty, "GET").status_code == 200


def test_a_call_hangs_and_is_then_done(twenty: SandboxTwenty) -> None:
    """It takes as long as was set, and the answer is the usual one."""
    twenty.faults.set(Faults(api=(ApiFault(kind="hang", share=1, hang_s=0.4),)))
    started_s = time.monotonic()
    assert _send(twenty, "POST", sent={"title": "x"}).status_code == 201
    assert time.monotonic() - started_s >= 0.4


def test_a_hanging_call_writes_nothing_after_a_stop(twenty: SandboxTwenty) -> None:
    """It ends with the sandbox, and not when its time is over."""
    twenty.faults.set(Faults(api=(ApiFault(kind="hang", share=1, hang_s=30),)))
    stopper = Timer(0.2, twenty.stop)
    stopper.start()
    answer = _send(twenty, "POST", sent={"title": "x"})
    stopper.join()
    assert (answer.status_code, twenty.rows("notes")) == (500, [])


def test_a_share_of_the_calls_is_struck(twenty: SandboxTwenty) -> None:
    """About a quarter of 100 calls, the same ones for the same seed."""
    faults = Faults(api=(ApiFault(kind="500", share=0.25),), seed=5)
    runs = []
    for _ in range(2):
        twenty.faults.set(faults)
        runs.append([_send(twenty, "GET").status_code for _ in range(100)])
    assert runs[0] == runs[1]
    assert 12 <= Counter(runs[0])[500] <= 40


def test_a_fault_can_be_for_a_method_or_an_object(twenty: SandboxTwenty) -> None:
    """The batch upserts of notes fail; reading notes and writing tasks do not. The first fault that fits strikes."""
    twenty.faults.set(
        Faults(
            api=(
                ApiFault(kind="500", share=1, method="POST", plural="notes"),
                ApiFault(kind="429", share=1, method="POST", plural="people"),
                ApiFault(kind="400", share=1, method="POST", plural="people"),
            )
        )
    )
    assert _send(twenty, "POST", "batch/notes?upsert=true", [{"title": "x"}]).status_code == 500
    assert _send(twenty, "GET").status_code == 200
    assert _send(twenty, "POST", "tasks", {"title": "x"}).status_code == 201
    assert _send(twenty, "POST", "people", {}).status_code == 429
    assert twenty.faults.counts == {"500": {"POST notes": 1}, "429": {"POST people": 1}}


def test_metadata_and_refused_tokens_meet_no_faults(twenty: SandboxTwenty) -> None:
    """Faults are for calls of the objects' API that were let in."""
    twenty.faults.set(Faults(api=(ApiFault(kind="500", share=1),)))
    assert _send(twenty, "GET", "metadata/objects").status_code == 200
    assert requests.get(f"{twenty.url}/rest/notes", timeout=5).status_code == 403
    assert twenty.faults.counts == {}
