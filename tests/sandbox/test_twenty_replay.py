"""The recordings of Twenty 2.21, replayed: the sandbox answers as the recorded Twenty did, but for a list."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace

import pytest
import requests
from differences import DIFFERENCES
from replay_calls import TOPICS, read_topic
from replay_comparing import Ids, deviations
from replay_seed import before, seed
from replay_session import API_KEY, RecordedIds, Replayed, Session

RATE_LIMIT = "rate-limit"
FIGURES = {
    "metadata-rest": (8, 2, 6),
    "metadata-rest-custom-object": (17, 16, 1),
    "rest-read": (36, 35, 1),
    "rest-write": (48, 48, 0),
    "rest-filter-order-page": (82, 82, 0),
    "errors": (31, 28, 3),
    "webhook-admin": (38, 37, 1),
    "as-user": (8, 0, 8),
    "compare-and-set": (10, 8, 2),
    "rep-progression-setup": (18, 17, 1),
    "floor-calls": (103, 77, 26),
    "rate-limit": (5, 3, 2),
}
"""By topic: calls replayed, equal ones, ones with a listed difference."""


@pytest.fixture(scope="module")
def replayed() -> Iterator[dict[str, list[Replayed]]]:
    """By topic, in recorded order: one workspace for all, and a new one with an empty bucket for the rate limit."""
    new_ids = RecordedIds([call for topic in TOPICS for call in read_topic(topic)])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sandbox.twenty.workspace.uuid4", new_ids)
        patch.setattr("sandbox.twenty.metadata.uuid4", new_ids)
        # No token comes back while the calls of the rate limit are replayed.
        patch.setattr("sandbox.twenty.rate_limit.time", SimpleNamespace(monotonic=lambda: 0.0))
        session, limited = Session(new_ids), _with_empty_bucket(new_ids)
        seed(session.twenty)
        found = {topic: _replay(session, topic) for topic in TOPICS if topic != RATE_LIMIT}
        yield found | {RATE_LIMIT: _replay(limited, RATE_LIMIT)}
        session.twenty.stop()
        limited.twenty.stop()


def _replay(session: Session, topic: str) -> list[Replayed]:
    before(topic, session.twenty)
    return [session.replay(call) for call in read_topic(topic)]


def _with_empty_bucket(new_ids: RecordedIds) -> Session:
    session = Session(new_ids, tokens=100)
    headers = {"Authorization": f"Bearer {API_KEY}"}
    for _ in range(100):
        requests.get(f"{session.twenty.url}/rest/notes?limit=0", headers=headers, timeout=5)
    return session


def test_every_recorded_call_is_answered_as_recorded_or_differs_as_listed(
    replayed: dict[str, list[Replayed]],
) -> None:
    """Status, keys and their order, types, values and messages: no deviation that is not deliberate."""
    unlisted = [
        f"{each.call.topic} {each.call.name} {deviation}"
        for each in _all(replayed)
        for deviation in each.deviations
        if not any(difference.covers(each.call, deviation) for difference in DIFFERENCES)
    ]
    assert unlisted == []


def test_every_listed_difference_is_still_one(replayed: dict[str, list[Replayed]]) -> None:
    """An entry of the list, and a path of an entry, that covers nothing has to go."""
    found = [(each.call, deviation) for each in _all(replayed) for deviation in each.deviations]
    unused = [
        (difference.calls, path)
        for difference in DIFFERENCES
        for path in difference.paths
        if not any(replace(difference, paths=(path,)).covers(*each) for each in found)
    ]
    assert unused == []


def test_the_figures_of_the_replay(replayed: dict[str, list[Replayed]]) -> None:
    """404 calls, 353 of them answered exactly as recorded; none is left out."""
    figures = {topic: _figures(calls) for topic, calls in replayed.items()}
    assert figures == FIGURES
    assert [sum(column) for column in zip(*figures.values(), strict=True)] == [404, 353, 51]


def _all(replayed: dict[str, list[Replayed]]) -> list[Replayed]:
    return [each for calls in replayed.values() for each in calls]


def _figures(calls: list[Replayed]) -> tuple[int, int, int]:
    equal = Counter(not each.deviations for each in calls)
    return len(calls), equal[True], equal[False]


RECORDED = {
    "id": "20202020-0001-4e7c-8001-123456789abc",
    "createdAt": "2026-11-21T01:37:29.289Z",
    "title": "x",
    "points": 1,
    "rows": ["a", "b", "… 2 more left out"],
    "long": "abc… 3 characters left out",
}


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"title": "y"}, "title"),
        ({"points": 1.0}, "points"),
        ({"points": True}, "points"),
        ({"createdAt": None}, "createdAt"),
        ({"createdAt": "2026-11-21"}, "createdAt"),
        ({"id": "none"}, "id"),
        ({"more": 1}, "more"),
        ({"rows": ["a", "b", "c"]}, "rows.(length)"),
        ({"rows": ["a", "c", "d", "e"]}, "rows.1"),
        ({"long": "abcxx"}, "long"),
    ],
)
def test_the_comparison_sees_each_kind_of_deviation(change: dict[str, object], path: str) -> None:
    """Another value, type, form of time or id, an additional key, a list or text of another length."""
    given = RECORDED | {"rows": ["a", "b", "c", "d"], "long": "abcxyz"}
    assert list(deviations(RECORDED, given, Ids())) == []
    assert [each.path for each in deviations(RECORDED, given | change, Ids())] == [path]


def test_the_comparison_sees_another_order_and_a_missing_key() -> None:
    """Keys are compared in their order, and one by one."""
    assert [each.path for each in deviations({"a": 1, "b": 2}, {"b": 2, "a": 1}, Ids())] == ["(order)"]
    assert [each.path for each in deviations({"a": 1, "b": 2}, {"a": 1}, Ids())] == ["b"]


def test_a_recorded_id_stands_for_one_id_only() -> None:
    """The second answer must name the same row as the first."""
    ids, one, other = Ids(), RECORDED["id"], "20202020-0002-4e7c-8001-123456789abc"
    third = "20202020-0003-4e7c-8001-123456789abc"
    assert list(deviations({"id": one}, {"id": third}, ids)) == []
    assert len(list(deviations({"id": one}, {"id": other}, ids))) == 1
    assert len(list(deviations({"id": other}, {"id": third}, ids))) == 1
