"""Odd input leaves the sandbox as it was, and talking. Found by a stranger's review."""

from collections.abc import Callable, Iterator

import pytest
import requests

from sandbox.twenty import SandboxTwenty

HEADERS = {"Authorization": "Bearer key", "Content-Type": "application/json"}
Call = Callable[..., requests.Response]


@pytest.fixture
def twenty() -> Iterator[SandboxTwenty]:
    """A running sandbox."""
    twenty = SandboxTwenty("key", tokens=None)
    twenty.start()
    yield twenty
    twenty.stop()


@pytest.fixture
def call(twenty: SandboxTwenty) -> Call:
    """Sends a request."""

    def send(method: str, path: str, body: str | None = None) -> requests.Response:
        return requests.request(method, f"{twenty.url}/rest/{path}", data=body, headers=HEADERS, timeout=5)

    return send


def test_half_a_surrogate_pair_is_refused_before_it_is_stored(call: Call) -> None:
    """A text that no answer could hold is a 400, and the list can still be read."""
    assert call("POST", "notes", '{"title": "bad \\ud800 x"}').status_code == 400
    listed = call("GET", "notes")
    assert (listed.status_code, listed.json()["totalCount"]) == (200, 0)


def test_an_update_of_several_rows_keeps_a_unique_field_unique(call: Call) -> None:
    """Two rows of the same name can't both get the same workspaceMemberId."""
    for rep in ("a", "b"):
        call("POST", "repProgressions", f'{{"name": "n", "workspaceMemberId": "{rep}"}}')
    answer = call("PATCH", 'repProgressions?filter=name[eq]:"n"', '{"workspaceMemberId": "z"}')
    assert answer.status_code == 400
    rows = call("GET", "repProgressions").json()["data"]["repProgressions"]
    assert sorted(row["workspaceMemberId"] for row in rows) == ["a", "b"]


def test_a_batch_that_cannot_be_posted_ends_no_other(twenty: SandboxTwenty) -> None:
    """The queue goes on with the next change."""
    done: list[str] = []

    def fail() -> list[object]:
        raise UnicodeEncodeError("utf-8", "x", 0, 1, "surrogates not allowed")

    def work() -> list[object]:
        done.append("next")
        return []

    queue = twenty._webhooks._queue
    queue.put(fail)  # type: ignore[arg-type]
    queue.put(work)  # type: ignore[arg-type]
    while twenty.webhooks_waiting:
        pass
    assert done == ["next"]


def test_an_impossible_delay_is_refused(twenty: SandboxTwenty) -> None:
    """Faults last an hour at most."""
    for body in ({"delay_s": 1e11}, {"api": [{"kind": "hang", "share": 1, "hang_s": 1e11}]}):
        assert requests.put(f"{twenty.url}/sandbox/faults", json=body, timeout=5).status_code == 400
