"""/healthz and /readyz."""

from datetime import UTC, datetime
from threading import Thread
from time import sleep

import pytest
from flask.testing import FlaskClient
from repeats import counted

from handlers.app import ReceiverParts, ReceiverSettings, create_app
from handlers.health import Health
from handlers.rejections import Rejection, RejectionCounts


def client_of(health: Health) -> FlaskClient:
    """A client of a receiver whose stores are as told."""
    now = datetime(2026, 11, 21, tzinfo=UTC)
    parts = ReceiverParts(lambda _: [], counted, lambda: None, lambda: health, lambda: now)
    return create_app(parts, ReceiverSettings(("s3cret",), (), 300, 1000)).test_client()


def test_alive_while_every_store_is_down() -> None:
    """The process lives, whatever became of its stores."""
    response = client_of(Health(False, False, None)).get("/healthz")
    assert (response.status_code, response.get_json()) == (200, {"status": "alive"})


@pytest.mark.parametrize(
    ("health", "status", "shown"),
    [
        (Health(True, True, 12.5), 200, ("ready", "reachable", "reachable", 12.5)),
        (Health(True, False, None), 200, ("ready", "reachable", "unreachable", None)),
        (Health(False, True, None), 503, ("unavailable", "unreachable", "reachable", None)),
    ],
)  # fmt: skip
def test_readiness_hangs_on_the_database_alone(
    health: Health, status: int, shown: tuple[str, str, str, float | None]
) -> None:
    """503 without the database; without Redis deliveries are still accepted, so 200."""
    response = client_of(health).get("/readyz")
    body = response.get_json()
    assert response.status_code == status
    assert (body["status"], body["database"], body["redis"], body["oldest_unparsed_age_s"]) == shown


def test_readiness_counts_rejections_by_source_and_reason() -> None:
    """What was turned away since the process started is shown, nothing else."""
    client = client_of(Health(True, True, None))
    assert client.get("/readyz").get_json()["rejections"] == {}
    client.post("/webhooks/twenty", data=b"{}")
    client.post("/webhooks/redhawk", data=b"{}")
    client.post("/webhooks/redhawk", data=b"{}")
    assert client.get("/readyz").get_json()["rejections"] == {
        "redhawk": {"not_configured": 2},
        "twenty": {"bad_headers": 1},
    }


class YieldingName(str):
    """A source whose hash lets other threads run, between reading a count and writing it too."""

    __slots__ = ()

    def __hash__(self) -> int:
        sleep(0)
        return super().__hash__()


def test_rejections_are_counted_exactly_by_many_threads() -> None:
    """Eight threads counting at once lose nothing."""
    counts = RejectionCounts()

    def count() -> None:
        for _ in range(200):
            counts.add(YieldingName("twenty"), Rejection.STALE)

    threads = [Thread(target=count) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts.snapshot() == {"twenty": {"stale": 1600}}
