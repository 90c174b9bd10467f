"""Plays a made-up sales floor through a real receiver and ledger, as fast as it goes."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any, Protocol

from floor import REDHAWK_SECRET
from floor import Floor as Jobs
from werkzeug.serving import make_server

from handlers.app import create_app
from ledger.engine import transaction
from ledger.tables import aliases
from runtime.bootstrap import receiver_parts, receiver_settings
from runtime.demo.day import Day
from runtime.settings import Settings
from sandbox.floor import Expectation, Expected, Floor, FloorTime, Performer
from sandbox.twenty import SandboxTwenty
from sandbox.twenty.faults import Faults
from sandbox.twenty.versions import V2_21, WaysOfVersion

API_KEY = "a-key-of-the-tests"
SECRET = "a-secret-of-the-tests"
OPERATIONS = ("note.*", "noteTarget.*", "opportunity.*", "workspaceMember.*")


class Play(Protocol):
    """Performs a floor; with `webhooks` every change is told, without them only the sweep tells."""

    def __call__(
        self, floor: Floor, *, webhooks: bool = True, faults: Faults | None = None, ways: WaysOfVersion = V2_21
    ) -> Jobs: ...


class SalesFloors:
    """Floors over one database; what was opened is stopped in the end."""

    def __init__(self, database_url: str, redis_url: str) -> None:
        self._database_url = database_url
        self._redis_url = redis_url
        self._opened: list[SandboxTwenty] = []

    def play(
        self, floor: Floor, *, webhooks: bool = True, faults: Faults | None = None, ways: WaysOfVersion = V2_21
    ) -> Jobs:
        """Performs a floor and waits until all that was announced is posted."""
        floor_time = FloorTime(floor.starts_at)
        twenty = SandboxTwenty(API_KEY, clock=floor_time.clock(), tokens=None, faults=faults, ways=ways)
        self._opened.append(twenty)
        settings = self._settings(floor, twenty.start())
        jobs = Jobs(Day((), SECRET), settings, twenty, floor_time)
        _map_short_ids(jobs, floor)
        with _served(settings) as url:
            if webhooks:
                twenty.register_webhook(f"{url}/webhooks/twenty", OPERATIONS, SECRET)
            performed = Performer(twenty, floor_time, url, REDHAWK_SECRET).perform(floor)
            assert set(performed.posts) == {202}
            _wait_for_webhooks(twenty)
        return jobs

    def stop(self) -> None:
        for twenty in self._opened:
            twenty.stop()

    def _settings(self, floor: Floor, twenty_url: str) -> Settings:
        return Settings(
            database_url=self._database_url,
            redis_url=self._redis_url,
            twenty_url=twenty_url,
            twenty_api_key=API_KEY,
            twenty_webhook_secrets=(SECRET,),
            redhawk_webhook_secrets=(REDHAWK_SECRET,),
            webhook_tolerance_s=10**10,
            twenty_calls_per_minute=10_000,
            replay_as_of=floor.ends_at,
        )


def settle(jobs: Jobs) -> None:
    """Digests and publishes what was told, then sweeps."""
    jobs.digest()
    jobs.publish()
    jobs.sweep()


def _in_row(row: dict[str, Any]) -> dict[str, Any]:
    """What Twenty's row says of what the floor expects."""
    return {
        "totalXp": row["totalXp"],
        "currentLevel": row["currentLevel"],
        "currentRank": row["currentRank"],
        "closedDeals": row["closedDeals"],
        "streakDays": row["streakDays"],
        "badges": frozenset(row["badges"] or []),
        "completedModules": frozenset(row["completedModules"] or []),
        "certifications": frozenset(row["certifications"] or []),
        "defeatedBosses": frozenset(row["defeatedBosses"] or []),
        "passedExams": frozenset((exam["id"], exam["score"]) for exam in row["passedExams"] or []),
    }


def _expected_row(rep: Expected) -> dict[str, Any]:
    figures = rep.figures()
    kept = ("totalXp", "currentLevel", "currentRank", "closedDeals", "streakDays")
    return {name: figures[name] for name in kept} | {
        "badges": rep.badges,
        "completedModules": rep.modules,
        "certifications": rep.certifications,
        "defeatedBosses": rep.bosses,
        "passedExams": rep.exams,
    }


def assert_as_expected(jobs: Jobs, expected: Expectation) -> None:
    """Each rep's figures in the ledger and in Twenty's row are those of the floor's own reckoning."""
    standings, rows = jobs.standings(), jobs.rows()
    names = next(iter(expected.reps.values())).figures().keys()
    found = {rep: {name: standing[name] for name in names} for rep, standing in standings.items()}
    assert found == {rep: each.figures() for rep, each in expected.reps.items()}
    assert {rep: _in_row(row) for rep, row in rows.items()} == {
        rep: _expected_row(each) for rep, each in expected.reps.items()
    }
    unattributed = jobs.ledger("SELECT count(*) FROM facts WHERE rep IS NULL")[0]["count"]
    assert unattributed == expected.unattributed


@contextmanager
def _served(settings: Settings) -> Iterator[str]:
    """The receiver's address."""
    app = create_app(receiver_parts(settings), receiver_settings(settings))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def _map_short_ids(jobs: Jobs, floor: Floor) -> None:
    with transaction(jobs.parts.engine) as connection:
        for short_id, rep in floor.aliases.items():
            connection.execute(aliases.insert().values(source="redhawk", alias=short_id, rep=rep))


def _wait_for_webhooks(twenty: SandboxTwenty) -> None:
    """What was announced is posted before the receiver goes; only standing still for a minute is too long."""
    fewest, deadline = twenty.webhooks_waiting, time.monotonic() + 60
    while waiting := twenty.webhooks_waiting:
        if waiting < fewest:
            fewest, deadline = waiting, time.monotonic() + 60
        assert time.monotonic() < deadline, "webhooks still wait"
        time.sleep(0.05)
