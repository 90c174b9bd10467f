"""Faults of webhooks: lost, doubled, late, overtaken; from one seed, counted."""

import time
from collections.abc import Iterator

import pytest
from webhook_receiver import Receiver, wait_until

from sandbox.twenty import SandboxTwenty
from sandbox.twenty.faults import Faults

ANN = "20202020-0687-4c41-b707-ed1bfca972a7"


@pytest.fixture
def twenty(hooked: Receiver) -> Iterator[SandboxTwenty]:
    twenty = SandboxTwenty("key")
    twenty.put("workspaceMembers", {"id": ANN, "name": {"firstName": "Ann", "lastName": "Lee"}})
    twenty.register_webhook(hooked.url, ["note.*"], "secret")
    yield twenty
    twenty.stop()


def _write(twenty: SandboxTwenty, number: int) -> None:
    ann = twenty.as_member(ANN)
    for title in range(number):
        ann.create("notes", {"title": str(title)})
    wait_until(lambda: twenty.webhooks_waiting == 0, within_s=20)


def _received(twenty: SandboxTwenty, hooked: Receiver, faults: Faults, number: int) -> list[int]:
    """The numbers of the notes that come when `number` are written under these faults."""
    hooked.posts.clear()
    twenty.faults.set(faults)
    _write(twenty, number)
    return [int(title) for title in hooked.titles()]


def test_a_share_is_dropped(twenty: SandboxTwenty, hooked: Receiver) -> None:
    """Of 200, about a tenth never comes; what was dropped is counted and adds up."""
    came = _received(twenty, hooked, Faults(drop_share=0.1, seed=7), 200)
    dropped = twenty.faults.counts["dropped"]["note.created"]
    assert 8 <= dropped <= 36
    assert len(came) == len(set(came)) == 200 - dropped


def test_the_seed_decides_whom_it_strikes(twenty: SandboxTwenty, hooked: Receiver) -> None:
    """The same seed loses the same deliveries, with another fault on or not; another seed loses others."""
    first = _received(twenty, hooked, Faults(drop_share=0.3, seed=7), 60)
    with_another = _received(twenty, hooked, Faults(drop_share=0.3, double_share=0.5, seed=7), 60)
    other_seed = _received(twenty, hooked, Faults(drop_share=0.3, seed=8), 60)
    assert sorted(set(with_another)) == first
    assert other_seed != first


def test_what_exceeds_a_number_a_minute_is_dropped(twenty: SandboxTwenty, hooked: Receiver) -> None:
    """Of 20 at once, with room for 12, the first 12 come."""
    came = _received(twenty, hooked, Faults(drop_above_a_minute=12), 20)
    assert came == list(range(12))
    assert twenty.faults.counts == {"dropped_above_limit": {"note.created": 8}}


def test_room_comes_back_after_a_minute(
    twenty: SandboxTwenty, hooked: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After 59 s there is none, after 60 s there is all of it."""
    zero_s = time.monotonic()
    passed_s = [0.0]
    monkeypatch.setattr("sandbox.twenty.faults.switch.now_s", lambda: zero_s + passed_s[0])
    twenty.faults.set(Faults(drop_above_a_minute=2))
    for passed_s[0] in (0.0, 59.9, 60.0):
        _write(twenty, 3)
    assert [int(title) for title in hooked.titles()] == [0, 1, 0, 1]


def test_a_share_comes_twice(twenty: SandboxTwenty, hooked: Receiver) -> None:
    """The copy has the same body, with a new timestamp, nonce and signature; all of them are counted."""
    came = _received(twenty, hooked, Faults(double_share=1.0), 5)
    assert sorted(came) == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]
    assert len({raw for _, raw in hooked.posts}) == 5
    for name in ("Timestamp", "Nonce", "Signature"):
        pairs = {(raw, headers[f"X-Twenty-Webhook-{name}"]) for headers, raw in hooked.posts}
        assert len(pairs) == 10, name
    assert twenty.faults.counts == {"doubled": {"note.created": 5}}


def test_deliveries_come_late_and_out_of_order(twenty: SandboxTwenty, hooked: Receiver) -> None:
    """Each by a time of its own up to 0.5 s, without holding the others up."""
    started_s = time.monotonic()
    hooked.came_s.clear()
    came = _received(twenty, hooked, Faults(delay_s=0.5, seed=1), 30)
    waited_s = [at_s - started_s for at_s in hooked.came_s]
    assert sorted(came) == list(range(30)) != came
    assert 0.3 < max(waited_s) < 5
    assert twenty.faults.counts == {"delayed": {"note.created": 30}}


def test_a_share_is_overtaken_by_the_next(twenty: SandboxTwenty, hooked: Receiver) -> None:
    """What steps back comes right after the delivery that follows it, and nothing is lost."""
    came = _received(twenty, hooked, Faults(reorder_share=0.3, seed=3), 40)
    reordered = twenty.faults.counts["reordered"]["note.created"]
    assert sorted(came) == list(range(40))
    overtaken = [number for at, number in enumerate(came) if any(earlier > number for earlier in came[:at])]
    assert 0 < len(overtaken) <= reordered


def test_what_nothing_overtakes_comes_all_the_same(twenty: SandboxTwenty, hooked: Receiver) -> None:
    """The last delivery waits for another one for a second at most."""
    assert _received(twenty, hooked, Faults(reorder_share=1.0), 1) == [0]


def test_faults_end_when_they_are_switched_off(twenty: SandboxTwenty, hooked: Receiver) -> None:
    """New settings count from the next delivery on; the counts are kept."""
    assert _received(twenty, hooked, Faults(drop_share=1.0), 3) == []
    assert _received(twenty, hooked, Faults(), 3) == [0, 1, 2]
    assert twenty.faults.counts == {"dropped": {"note.created": 3}}


def test_faults_can_be_given_at_the_start(hooked: Receiver) -> None:
    """The constructor's setting is on from the first delivery."""
    twenty = SandboxTwenty("key", faults=Faults(drop_share=1.0))
    twenty.put("workspaceMembers", {"id": ANN, "name": {"firstName": "Ann", "lastName": "Lee"}})
    twenty.register_webhook(hooked.url, ["note.*"], "secret")
    _write(twenty, 2)
    twenty.stop()
    assert (hooked.posts, twenty.faults.counts) == ([], {"dropped": {"note.created": 2}})


def test_a_stop_drops_what_is_held_back(twenty: SandboxTwenty, hooked: Receiver) -> None:
    """A delivery that is late for 30 s never comes, and nobody waits for it."""
    twenty.faults.set(Faults(delay_s=30, seed=1))
    twenty.as_member(ANN).create("notes", {"title": "1"})
    wait_until(lambda: "delayed" in twenty.faults.counts)
    started_s = time.monotonic()
    twenty.stop()
    assert time.monotonic() - started_s < 15
    assert (hooked.posts, twenty.webhooks_waiting) == ([], 0)
