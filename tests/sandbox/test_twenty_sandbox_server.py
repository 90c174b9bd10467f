"""The sandbox as a server: its rate limit, its count of calls, its clock, its metadata."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
import requests

from sandbox.twenty import SandboxClock, SandboxTwenty

HEADERS = {"Authorization": "Bearer key"}
Start = Callable[[SandboxTwenty], str]


@pytest.fixture
def start() -> Iterator[Start]:
    started: list[SandboxTwenty] = []

    def start(twenty: SandboxTwenty) -> str:
        started.append(twenty)
        return f"{twenty.start()}/rest"

    yield start
    for twenty in started:
        twenty.stop()


def _statuses(url: str, times: int) -> list[int]:
    return [requests.get(url, headers=HEADERS, timeout=5).status_code for _ in range(times)]


def test_the_bucket_lets_its_tokens_through_and_no_more(start: Start) -> None:
    """Three tokens are three calls; the fourth is a 429 in the recorded words, without Retry-After."""
    base = start(SandboxTwenty("key", tokens=3))
    assert _statuses(f"{base}/notes", 3) == [200, 200, 200]
    refused = requests.get(f"{base}/notes", headers=HEADERS, timeout=5)
    assert refused.status_code == 429
    assert refused.json() == {
        "statusCode": 429,
        "error": "HttpException",
        "messages": ["Limit reached (3 tokens per 60000 ms)"],
    }
    assert "Retry-After" not in refused.headers


def test_a_batch_costs_one_token_and_an_unknown_object_none(start: Start) -> None:
    """Of two tokens, one is left after a batch, and a call for an unknown object leaves it there."""
    base = start(SandboxTwenty("key", tokens=2))
    batch = [{"title": str(number)} for number in range(50)]
    assert requests.post(f"{base}/batch/notes", json=batch, headers=HEADERS, timeout=5).status_code == 201
    assert _statuses(f"{base}/nopes", 3) == [400, 400, 400]
    assert _statuses(f"{base}/notes", 2) == [200, 429]


def test_metadata_is_free_and_not_counted(start: Start) -> None:
    """With an empty bucket the metadata still answers; only the objects' calls are counted, by status."""
    twenty = SandboxTwenty("key", tokens=1)
    base = start(twenty)
    assert _statuses(f"{base}/metadata/objects", 3) == [200, 200, 200]
    assert _statuses(f"{base}/notes", 2) == [200, 429]
    assert (twenty.calls, twenty.calls_by_status) == (2, {200: 1, 429: 1})


def test_the_bucket_refills_with_time(monkeypatch: pytest.MonkeyPatch, start: Start) -> None:
    """100 tokens in 60 s: 0.6 s bring one back, 0.5 s do not."""
    now_s = [1000.0]
    monkeypatch.setattr("sandbox.twenty.rate_limit.time.monotonic", lambda: now_s[0])
    base = start(SandboxTwenty("key", tokens=100))
    assert _statuses(f"{base}/notes?limit=1", 101).count(200) == 100
    now_s[0] += 0.5
    assert _statuses(f"{base}/notes", 1) == [429]
    now_s[0] += 0.11
    assert _statuses(f"{base}/notes", 2) == [200, 429]


def test_the_clock_stamps_rows_and_answers(start: Start) -> None:
    """createdAt, updatedAt and the Date header are the sandbox's time, not the machine's."""
    at = datetime(2026, 11, 21, 2, 49, 13, 963456, tzinfo=UTC)
    base = start(SandboxTwenty("key", clock=SandboxClock(lambda: at)))
    answer = requests.post(f"{base}/notes", json={"title": "x"}, headers=HEADERS, timeout=5)
    note = answer.json()["data"]["createNote"]
    assert note["createdAt"] == note["updatedAt"] == "2026-11-21T02:49:13.963Z"
    assert answer.headers.get("Date") == "Sat, 21 Nov 2026 02:49:13 GMT"


def test_a_clock_started_at_a_moment_runs_on() -> None:
    """It begins at the moment given and never stands still for long."""
    at = datetime(2026, 11, 21, tzinfo=UTC)
    clock = SandboxClock.starting_at(at)
    first, second = clock.now(), clock.now()
    assert at <= first < second
    assert (second - at).total_seconds() < 60


def test_metadata_tells_the_fields_and_types(start: Start) -> None:
    """A client can read that workspaceMemberId is a unique TEXT and badges RAW_JSON."""
    base = start(SandboxTwenty("key"))
    answer = requests.get(f"{base}/metadata/objects?limit=200", headers=HEADERS, timeout=5).json()
    objects = {each["nameSingular"]: each for each in answer["data"]["objects"]}
    fields = {each["name"]: each for each in objects["repProgression"]["fields"]}
    assert (fields["workspaceMemberId"]["type"], fields["workspaceMemberId"]["isUnique"]) == ("TEXT", True)
    assert {fields[name]["type"] for name in ("badges", "rankEligibility")} == {"RAW_JSON"}
    assert {fields[name]["type"] for name in ("totalXp", "syncedXp", "appliedSequence")} == {"NUMBER"}
    assert fields["adoptedAt"]["type"] == "DATE_TIME"
    owner = next(each for each in objects["opportunity"]["fields"] if each["name"] == "owner")
    assert owner["settings"]["joinColumnName"] == "ownerId"
    assert answer["totalCount"] == len(objects)


def test_rows_are_copies() -> None:
    """Changing what `rows` gave, or what `put` was given, changes nothing in the sandbox."""
    twenty = SandboxTwenty("key")
    given = {"title": "x", "bodyV2": {"blocknote": None, "markdown": "m"}}
    twenty.put("notes", given)
    twenty.rows("notes")[0]["bodyV2"]["markdown"] = "changed"
    given["bodyV2"] = {}
    assert twenty.rows("notes")[0]["bodyV2"] == {"blocknote": None, "markdown": "m"}
