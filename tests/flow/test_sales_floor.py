"""A made-up sales floor, worked through the real receiver, ledger and sweep, ends where its own reckoning says."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

import pytest
from floor import REDHAWK_SECRET
from floor import Floor as Jobs
from werkzeug.serving import make_server

from handlers.app import create_app
from ledger.engine import transaction
from ledger.tables import aliases
from runtime.bootstrap import receiver_parts, receiver_settings
from runtime.demo.day import Day
from runtime.settings import Settings
from sandbox.floor import Expectation, Expected, Floor, FloorTime, Performer, expect
from sandbox.twenty import SandboxTwenty
from sandbox.twenty.faults import Faults

API_KEY = "a-key-of-the-tests"
SECRET = "a-secret-of-the-tests"
OPERATIONS = ("note.*", "noteTarget.*", "opportunity.*", "workspaceMember.*")


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


def _settings(floor: Floor, database_url: str, redis_url: str, twenty_url: str) -> Settings:
    return Settings(
        database_url=database_url,
        redis_url=redis_url,
        twenty_url=twenty_url,
        twenty_api_key=API_KEY,
        twenty_webhook_secrets=(SECRET,),
        redhawk_webhook_secrets=(REDHAWK_SECRET,),
        webhook_tolerance_s=10**10,
        twenty_calls_per_minute=10_000,
        replay_as_of=floor.ends_at,
    )


Play = Callable[..., Jobs]


@pytest.fixture
def play(database_url: str, redis_url: str) -> Iterator[Play]:
    """Performs a floor as fast as it goes; with `webhooks` every change is told, without them only the sweep tells."""
    opened: list[SandboxTwenty] = []

    def run(floor: Floor, *, webhooks: bool = True, faults: Faults | None = None) -> Jobs:
        floor_time = FloorTime(floor.starts_at)
        twenty = SandboxTwenty(API_KEY, clock=floor_time.clock(), tokens=None, faults=faults)
        opened.append(twenty)
        settings = _settings(floor, database_url, redis_url, twenty.start())
        jobs = Jobs(Day((), SECRET), settings, twenty)
        _map_short_ids(jobs, floor)
        with _served(settings) as url:
            if webhooks:
                twenty.register_webhook(f"{url}/webhooks/twenty", OPERATIONS, SECRET)
            performed = Performer(twenty, floor_time, url, REDHAWK_SECRET).perform(floor)
            assert set(performed.posts) == {202}
            _wait_for_webhooks(twenty)
        return jobs

    yield run
    for twenty in opened:
        twenty.stop()


def _map_short_ids(jobs: Jobs, floor: Floor) -> None:
    with transaction(jobs.parts.engine) as connection:
        for short_id, rep in floor.aliases.items():
            connection.execute(aliases.insert().values(source="redhawk", alias=short_id, rep=rep))


def _wait_for_webhooks(twenty: SandboxTwenty) -> None:
    """What was announced is posted before the receiver goes."""
    deadline = time.monotonic() + 60
    while twenty.webhooks_waiting:
        assert time.monotonic() < deadline, "webhooks still wait"
        time.sleep(0.05)


def _settle(jobs: Jobs) -> None:
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
        "completedModules": frozenset(row["completedModules"] or []),
        "certifications": frozenset(row["certifications"] or []),
        "defeatedBosses": frozenset(row["defeatedBosses"] or []),
        "passedExams": frozenset((exam["id"], exam["score"]) for exam in row["passedExams"] or []),
    }


def _expected_row(rep: Expected) -> dict[str, Any]:
    figures = rep.figures()
    kept = ("totalXp", "currentLevel", "currentRank", "closedDeals", "streakDays")
    return {name: figures[name] for name in kept} | {
        "completedModules": rep.modules,
        "certifications": rep.certifications,
        "defeatedBosses": rep.bosses,
        "passedExams": rep.exams,
    }


def _assert_as_expected(jobs: Jobs, expected: Expectation) -> None:
    standings, rows = jobs.standings(), jobs.rows()
    names = next(iter(expected.reps.values())).figures().keys()
    found = {rep: {name: standing[name] for name in names} for rep, standing in standings.items()}
    assert found == {rep: each.figures() for rep, each in expected.reps.items()}
    assert {rep: _in_row(row) for rep, row in rows.items()} == {
        rep: _expected_row(each) for rep, each in expected.reps.items()
    }
    unattributed = jobs.ledger("SELECT count(*) FROM facts WHERE rep IS NULL")[0]["count"]
    assert unattributed == expected.unattributed


def test_a_floor_with_every_webhook_ends_as_it_expects(play: Play) -> None:
    """Eight reps and three days of calls in every form, corrections, removals, deals and trainings: each rep's figures
    in the ledger and in Twenty's row are what everybody meant."""
    floor = Floor(7, reps=8, days=3, calls_a_day=40)
    expected = expect(floor)
    assert len({rep.rank for rep in expected.reps.values()}) >= 3
    jobs = play(floor)
    _settle(jobs)
    _assert_as_expected(jobs, expected)


def test_a_lossy_floor_without_any_webhook_ends_as_it_expects(play: Play) -> None:
    """Whatever share of the webhooks is lost, even all: the sweep finds what the floor expects."""
    floor = Floor(11, reps=6, days=3, calls_a_day=30, lossy=True)
    expected = expect(floor)
    assert expected.is_certain
    jobs = play(floor, webhooks=False)
    _settle(jobs)
    _assert_as_expected(jobs, expected)


def test_fifty_reps_with_webhooks_dropped_and_doubled_end_as_they_expect(play: Play) -> None:
    """A tenth of the webhooks never comes, a tenth comes twice: the sweep makes it whole and nothing counts twice."""
    floor = Floor(11, reps=50, days=2, calls_a_day=12, lossy=True)
    jobs = play(floor, faults=Faults(seed=11, drop_share=0.1, double_share=0.1))
    struck = jobs.twenty.faults.counts
    assert sum(struck["dropped"].values()) > 100
    assert sum(struck["doubled"].values()) > 100
    _settle(jobs)
    _assert_as_expected(jobs, expect(floor))
