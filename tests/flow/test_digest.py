"""The digest keeps what can be kept and parks the rest with its reason."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from floor import JANE, Floor
from sqlalchemy.exc import DataError

from ledger.engine import transaction
from ledger.inbox import claim, store_all
from schemas.delivery import NewDelivery
from worker import recording
from worker.digest import digest_batch

NOTE = "note:fe70035f-932f-449f-9de6-19a55ed6395d"


def _accept(floor: Floor, key: str, body: dict[str, Any] | bytes) -> None:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    with transaction(floor.parts.engine) as connection:
        store_all(connection, [NewDelivery("twenty", key, raw, {}, datetime.now(UTC))])


def _outcomes(floor: Floor) -> list[tuple[str, str | None]]:
    return [(row["state"], row["reason"]) for row in floor.ledger("SELECT state, reason FROM deliveries ORDER BY id")]


def test_an_unreadable_delivery_parks_with_its_reason(floor: Floor) -> None:
    """A note without an id is parked, the one beside it is processed, and no text of it is in the reason."""
    good = json.loads(floor.day.deliveries[0].raw)
    bad = {**good, "record": {**good["record"], "id": None, "title": "Call - CONTACT | 1:00 | Kim Secret"}}
    _accept(floor, "bad", bad)
    _accept(floor, "good", good)
    floor.digest()
    (first, reason), second = _outcomes(floor)
    assert (first, second) == ("parked", ("processed", None))
    assert reason is not None
    assert reason.startswith("unreadable: ")
    assert "Kim" not in reason


class _Refusal(Exception):
    """A driver's error that will not go away."""

    sqlstate = "22021"


@pytest.mark.parametrize(
    ("fault", "told"),
    [(DataError("INSERT", {}, _Refusal()), "_Refusal"), (KeyError("Call - Kim Secret"), "KeyError")],
    ids=["refused by the database", "a bug of ours"],
)
def test_a_poison_record_parks_alone(
    floor: Floor, monkeypatch: pytest.MonkeyPatch, fault: Exception, told: str
) -> None:
    """What can't be digested is parked by itself; its batch is processed, and it is not retried for ever."""
    add_versions = recording.add_versions

    def refusing(connection: Any, seen: Any) -> None:
        if any(version.record_id == NOTE.partition(":")[2] for version in seen):
            raise fault
        add_versions(connection, seen)

    monkeypatch.setattr(recording, "add_versions", refusing)
    floor.play()
    floor.digest()
    counts = floor.deliveries()
    parked = floor.ledger("SELECT DISTINCT reason FROM deliveries WHERE reason LIKE 'could not%'")
    assert parked == [{"reason": f"could not be digested: {told}"}]
    assert counts.get("pending", 0) == 0
    assert floor.ledger("SELECT count(*) FROM facts WHERE key = :key", key=NOTE) == [{"count": 0}]


def test_a_digest_that_dies_gives_its_batch_back(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed before the commit: nothing was kept, everything is pending and unheld, and the next digest does it all."""

    def die(*_: Any) -> None:
        raise KeyboardInterrupt

    floor.play()
    with monkeypatch.context() as patched:
        patched.setattr("worker.digest.finish", die)
        with pytest.raises(KeyboardInterrupt):
            digest_batch(floor.parts)
    assert floor.ledger("SELECT count(*) FROM facts") == [{"count": 0}]
    assert floor.digest() == len(floor.day.deliveries)


def test_two_workers_never_hold_the_same_delivery(floor: Floor) -> None:
    """What one transaction has claimed is skipped by the other, and free again when the first one ends."""
    floor.play()
    with transaction(floor.parts.engine) as first, transaction(floor.parts.engine) as second:
        mine = {delivery.id for delivery in claim(first, 100)}
        theirs = {delivery.id for delivery in claim(second, 100)}
        assert len(mine) == 100
        assert not mine & theirs
    with transaction(floor.parts.engine) as third:
        assert len(claim(third, 200)) == len(floor.day.deliveries)


def test_nothing_that_is_kept_holds_a_note_text(floor: Floor) -> None:
    """Versions and facts keep the reading, never the words: only the inbox has them until it is pruned."""
    floor.play()
    floor.digest()
    kept = json.dumps(floor.ledger("SELECT * FROM record_versions") + floor.ledger("SELECT * FROM facts"), default=str)
    assert "Call to" not in kept
    assert "Site visit" not in kept
    assert NOTE in kept


def test_a_rep_known_later_releases_what_was_parked(floor: Floor) -> None:
    """Roof D gets an owner: its earlier deliveries count as processed, and the deal is paid to her."""
    floor.play()
    floor.digest()
    floor.publish()
    roof_d = "f0f756e2-9716-43ea-a096-e5ac0123da53"
    (parked,) = [d for d in floor.day.deliveries if roof_d in d.raw.decode() and b"opportunity.created" in d.raw]
    body = json.loads(parked.raw)
    body["record"] |= {"ownerId": JANE, "updatedAt": "2026-11-21T02:48:13.000Z"}
    _accept(floor, "later", body)
    floor.digest()
    floor.publish()
    states = floor.ledger("SELECT DISTINCT state FROM deliveries WHERE record_key = :key", key=f"opportunity:{roof_d}")
    assert states == [{"state": "processed"}]
    assert floor.standings()[JANE]["closedDeals"] == 2
