"""How webhooks travel: in parallel within a batch, one batch after the other, once, and never after a stop."""

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
import requests
from webhook_receiver import Receiver, wait_until

from sandbox.twenty import SandboxTwenty
from sandbox.twenty.webhook_posts import signature

HEADERS = {"Authorization": "Bearer key"}
ANN = "20202020-0687-4c41-b707-ed1bfca972a7"


@pytest.fixture
def twenty(hooked: Receiver) -> Iterator[SandboxTwenty]:
    twenty = SandboxTwenty("key", tokens=None)
    twenty.put("workspaceMembers", {"id": ANN, "name": {"firstName": "Ann", "lastName": "Lee"}})
    twenty.register_webhook(hooked.url, ["note.*"], "secret")
    yield twenty
    twenty.stop()


def _batch(twenty: SandboxTwenty, titles: list[str]) -> None:
    notes = [{"title": title} for title in titles]
    answer = requests.post(f"{twenty.start()}/rest/batch/notes", json=notes, headers=HEADERS, timeout=5)
    assert answer.status_code == 201


def _write(twenty: SandboxTwenty, *titles: str) -> None:
    for title in titles:
        twenty.as_member(ANN).create("notes", {"title": title})


def _posting_threads() -> list[str]:
    return [each.name for each in threading.enumerate() if each.name.startswith("sandbox-webhook")]


def test_a_batch_is_posted_twenty_at_a_time(twenty: SandboxTwenty, hooked: Receiver) -> None:
    """Of 45 new notes, 20 come before anything is answered, the rest once it is."""
    hooked.waits = Event()
    _batch(twenty, [f"{number}" for number in range(45)])
    hooked.wait_for(20)
    time.sleep(0.2)
    assert len(hooked.posts) == 20
    hooked.waits.set()
    hooked.wait_for(45)
    assert sorted(hooked.titles(), key=int) == [f"{number}" for number in range(45)]


def test_changes_made_one_after_the_other_come_in_order(twenty: SandboxTwenty, hooked: Receiver) -> None:
    """Each is a batch of its own."""
    titles = [f"{number}" for number in range(30)]
    _write(twenty, *titles)
    hooked.wait_for(30)
    assert hooked.titles() == titles


def test_a_hanging_receiver_holds_up_the_queue(twenty: SandboxTwenty, hooked: Receiver) -> None:
    """The second delivery is posted when the first timed out after 5 s, and no sooner."""
    hooked.waits = Event()
    _write(twenty, "first", "second")
    hooked.wait_for(2)
    hooked.waits.set()
    assert 4.9 < hooked.came_s[1] - hooked.came_s[0] < 15
    assert hooked.titles() == ["first", "second"]


def test_the_event_date_is_told_when_its_turn_comes(twenty: SandboxTwenty, hooked: Receiver) -> None:
    """A change that waited in the queue is dated by its sending."""
    hooked.waits = Event()
    _write(twenty, "first", "second")
    hooked.wait_for(1)
    time.sleep(0.3)
    hooked.waits.set()
    hooked.wait_for(2)
    body = hooked.bodies()[1]
    assert _seconds(body["eventDate"]) - _seconds(body["record"]["updatedAt"]) > 0.25


def _seconds(stamp: str) -> float:
    minutes, seconds = stamp[14:-1].split(":")
    return int(minutes) * 60 + float(seconds)


@pytest.mark.parametrize("status", [200, 400, 429, 500])
def test_nothing_is_sent_twice(twenty: SandboxTwenty, hooked: Receiver, status: int) -> None:
    """Whatever the receiver answers, the next delivery follows and none is repeated."""
    hooked.status = status
    _write(twenty, "first", "second")
    wait_until(lambda: twenty.webhooks_waiting == 0)
    assert hooked.titles() == ["first", "second"]


def test_a_refused_connection_loses_the_delivery(twenty: SandboxTwenty, hooked: Receiver) -> None:
    """A target that nobody listens at holds nothing up; the others get theirs."""
    twenty.register_webhook("http://127.0.0.1:9/hook", ["note.*"], "secret")
    for nowhere in ("http://[broken/hook", f"http://{'a' * 64}/hook"):
        twenty.register_webhook(nowhere, ["note.*"], "secret")
    _write(twenty, "first", "second")
    wait_until(lambda: twenty.webhooks_waiting == 0)
    assert hooked.titles() == ["first", "second"]


def test_a_redirect_is_followed_without_the_body(twenty: SandboxTwenty, hooked: Receiver) -> None:
    """A 302 leads to a GET with nothing in it: the event is lost to a receiver that redirects."""
    hooked.status, hooked.location = 302, f"{hooked.url}/elsewhere"
    _write(twenty, "first")
    wait_until(lambda: twenty.webhooks_waiting == 0)
    assert (len(hooked.posts), hooked.fetched) == (1, [0])


def test_the_headers_are_the_recorded_ones(
    twenty: SandboxTwenty, hooked: Receiver, floor_deliveries: list[dict[str, dict[str, str]]]
) -> None:
    """The same names, and the same values where they don't depend on the delivery; the signature holds."""
    _write(twenty, "Zoë")
    hooked.wait_for(1)
    headers, raw = hooked.posts[0]
    recorded = floor_deliveries[0]["headers"]
    assert sorted(headers) == sorted(recorded)
    steady = ("Accept", "Content-Type", "User-Agent", "Accept-Encoding", "Connection")
    assert {name: headers[name] for name in steady} == {name: recorded[name] for name in steady}
    signed = signature("secret", headers["X-Twenty-Webhook-Timestamp"], raw)
    assert headers["X-Twenty-Webhook-Signature"] == signed


def test_the_recorded_signatures_are_ours(floor_deliveries: list[dict[str, str]]) -> None:
    """All 158 recorded bodies sign as Twenty signed them."""
    for delivery in floor_deliveries:
        headers: dict[str, str] = delivery["headers"]  # type: ignore[assignment]
        stamp, given = headers["X-Twenty-Webhook-Timestamp"], headers["X-Twenty-Webhook-Signature"]
        assert signature("s3cret-for-tests-0000000000000000", stamp, delivery["raw"].encode()) == given


def test_settings_count_after_the_cache_ran_out(hooked: Receiver) -> None:
    """With a cache of 0.3 s, a webhook's first 0.3 s bring nothing."""
    twenty = SandboxTwenty("key", webhook_cache_s=0.3)
    twenty.put("workspaceMembers", {"id": ANN, "name": {"firstName": "Ann", "lastName": "Lee"}})
    twenty.register_webhook(hooked.url, ["note.*"], "secret")
    _write(twenty, "early")
    wait_until(lambda: twenty.webhooks_waiting == 0)
    time.sleep(0.35)
    _write(twenty, "late")
    hooked.wait_for(1)
    twenty.stop()
    assert hooked.titles() == ["late"]


def test_a_stopped_sandbox_posts_nothing_more(twenty: SandboxTwenty, hooked: Receiver) -> None:
    """What waits is dropped, what is written later is not sent, and no thread stays."""
    hooked.waits = Event()
    _write(twenty, "first", "second", "third")
    hooked.wait_for(1)
    threading.Timer(0.3, hooked.waits.set).start()
    twenty.stop()
    _write(twenty, "later")
    assert _posting_threads() == []
    assert hooked.titles() == ["first"]
    assert twenty.webhooks_waiting == 0


def test_writes_of_many_threads_all_come(twenty: SandboxTwenty, hooked: Receiver) -> None:
    """200 notes by 8 writers are 200 deliveries, each once."""
    titles = [f"{number}" for number in range(200)]
    with ThreadPoolExecutor(8) as writers:
        list(writers.map(lambda title: _write(twenty, title), titles))
    hooked.wait_for(200, within_s=30)
    wait_until(lambda: twenty.webhooks_waiting == 0)
    assert sorted(hooked.titles(), key=int) == titles


def test_people_use_no_tokens(hooked: Receiver) -> None:
    """With a budget of one call, a person writes as often as they like and the call is still there."""
    twenty = SandboxTwenty("key", tokens=1)
    twenty.put("workspaceMembers", {"id": ANN, "name": {"firstName": "Ann", "lastName": "Lee"}})
    _write(twenty, "first", "second")
    url = f"{twenty.start()}/rest/notes"
    answers = [requests.get(url, headers=HEADERS, timeout=5) for _ in range(2)]
    twenty.stop()
    assert [answer.status_code for answer in answers] == [200, 429]
    by = {json.dumps(note["createdBy"]) for note in answers[0].json()["data"]["notes"]}
    named = {"source": "MANUAL", "workspaceMemberId": ANN, "name": "Ann Lee", "context": {}}
    assert by == {json.dumps(named)}


def test_only_members_can_write(twenty: SandboxTwenty) -> None:
    """Somebody whom the workspace does not know is refused at once."""
    with pytest.raises(KeyError):
        twenty.as_member("nobody")
