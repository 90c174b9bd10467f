"""Battle histories of the academy: the fallback of its webhooks, through the same inbox."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from academy import Academy, battle, open_academy
from floor import JANE, JONY, Floor
from redhawk_sender import RedHawkSender
from waking import Asleep

from ledger.aliases import map_names
from ledger.engine import transaction
from ledger.redhawk_history import HistoryState, history_due
from redhawk_client.client import RedHawkClient
from worker import redhawk_history as module
from worker.clock import tick
from worker.parts import install
from worker.redhawk_history import history_job, read_histories
from worker.wake import REDHAWK_HISTORY

FIVE_MINUTES = timedelta(minutes=5)
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
STATE = "SELECT failures, problem FROM redhawk_history"


@pytest.fixture
def academy(floor: Floor) -> Iterator[Academy]:
    """Where Jane is "1" and Jony "2"."""
    with transaction(floor.parts.engine) as connection:
        map_names(connection, "redhawk", {"1": JANE, "2": JONY})
    with open_academy() as academy:
        floor.parts = replace(floor.parts, redhawk=RedHawkClient(academy.url, timeouts_s=(2, 2)))
        academy.histories = {"1": [], "2": []}
        yield academy


def _read(floor: Floor) -> int:
    assert floor.parts.redhawk is not None
    new = read_histories(floor.parts, floor.parts.redhawk)
    floor.digest()
    floor.publish()
    return new


def _paid(floor: Floor) -> list[dict[str, Any]]:
    return floor.ledger("SELECT rep, fact_key, amount FROM awards WHERE reason = 'battle' ORDER BY 1, 2")


def test_a_battle_that_no_webhook_told_is_paid(floor: Floor, academy: Academy) -> None:
    """A win of level 3 in Jane's history is 300 XP and a defeated boss, a loss of Jony's is nothing."""
    academy.histories = {"1": [battle()], "2": [battle("battle_2_y", outcome="loss"), battle("b3", outcome="lost")]}
    assert _read(floor) == 2
    assert _paid(floor) == [{"rep": JANE, "fact_key": "battle:battle_1_x", "amount": 300}]
    assert floor.rows()[JANE]["defeatedBosses"] == ["boss_3"]


@pytest.mark.parametrize("webhook_first", [True, False])
def test_webhook_and_history_of_a_session_count_once(floor: Floor, academy: Academy, webhook_first: bool) -> None:
    """Whichever comes first, one fact, one version and one award."""
    academy.histories["1"] = [battle()]
    data = {"sessionId": "battle_1_x", "repId": "1", "level": 3, "outcome": "won", "score": 80}
    event = {"type": "battle.ended", "data": data | {"completedAt": "2026-11-20T15:00:00Z"}}
    if webhook_first:
        RedHawkSender(floor).send(event)
        floor.digest()
    _read(floor)
    if not webhook_first:
        RedHawkSender(floor).send(event)
        floor.digest()
    assert floor.ledger("SELECT count(*) AS n FROM deliveries WHERE source = 'redhawk'") == [{"n": 2}]
    assert floor.ledger("SELECT count(*) AS n FROM facts WHERE kind = 'battle'") == [{"n": 1}]
    assert floor.ledger("SELECT count(*) AS n FROM record_versions WHERE object = 'battle'") == [{"n": 1}]
    floor.publish()
    assert [award["amount"] for award in _paid(floor)] == [300]


def test_what_was_read_before_is_not_new(floor: Floor, academy: Academy) -> None:
    """A second reading stores nothing, counts no repeats and wakes nobody."""
    wake = Asleep()
    floor.parts = replace(floor.parts, wake=wake)
    academy.histories["1"] = [battle()]
    assert [_read(floor), _read(floor)] == [1, 0]
    assert floor.deliveries() == {"processed": 1, "duplicates": 0}
    assert wake.woken == ["worker.digest.digest_job"]


def test_odd_entries_hold_up_nothing(floor: Floor, academy: Academy) -> None:
    """A running battle, one without an id, a level of 9 and what is no battle are left out; text numbers are read."""
    odd = [battle("run", outcome=None), battle("late", completedAt=None), battle(""), battle("l9", level=9), 7, None]
    academy.histories["1"] = [*odd, battle("b", level="2", outcome=" WON ", score=None)]
    assert _read(floor) == 1
    assert [(award["fact_key"], award["amount"]) for award in _paid(floor)] == [("battle:b", 200)]


@pytest.mark.parametrize(
    ("answer", "failures", "told"),
    [
        ((500, b"canary"), 1, "1 of 2: RedHawkRefused: status 500"),
        ((200, b"canary"), 1, "1 of 2: Unreadable: body: not JSON in UTF-8"),
        ((200, b"{}"), 1, "1 of 2: Unreadable: history: missing or not a list"),
        ((200, b" " * 1_100_000), 1, "1 of 2: RedHawkRefused: an answer too large to be a history"),
        ((302, b""), 1, "1 of 2: RedHawkRefused: status 302"),
        ((404, b"canary"), 0, "1 of 2: UnknownRep: status 404"),
    ],
)
def test_an_answer_that_can_not_be_used_stops_nobody_else(
    floor: Floor, academy: Academy, answer: tuple[int, bytes], failures: int, told: str
) -> None:
    """Jony's battle is read though Jane's history is broken; the problem is kept, without the answer."""
    academy.answers["1"] = answer
    academy.histories["2"] = [battle()]
    assert _read(floor) == 1
    assert floor.ledger(STATE) == [{"failures": failures, "problem": told}]


def test_an_academy_that_is_away_ends_the_round(floor: Floor, academy: Academy) -> None:
    """Nothing is raised, others are not waited for, and a good reading forgets the failures."""
    good, floor.parts = floor.parts, replace(floor.parts, redhawk=RedHawkClient("http://127.0.0.1:1/api/redhawk"))
    for failures in (1, 2):
        assert _read(floor) == 0
        assert floor.ledger(STATE) == [{"failures": failures, "problem": "1 of 2: RedHawkAway: ConnectionError"}]
    floor.parts = good
    _read(floor)
    assert floor.ledger(STATE) == [{"failures": 0, "problem": None}]


def test_nothing_else_is_asked(floor: Floor, academy: Academy) -> None:
    """Only the histories of mapped ids, each as one part of the path."""
    with transaction(floor.parts.engine) as connection:
        map_names(connection, "redhawk", {"../x?y": JANE})
    _read(floor)
    stats = "/api/redhawk/battle/stats"
    assert academy.asked == [f"{stats}/..%2Fx%3Fy", f"{stats}/1", f"{stats}/2"]


def test_the_clock_wakes_the_reading(floor: Floor, academy: Academy) -> None:
    """When it is due, and never where no academy is set."""
    assert REDHAWK_HISTORY in tick(floor.parts, FIVE_MINUTES)
    _read(floor)
    assert REDHAWK_HISTORY not in tick(floor.parts, FIVE_MINUTES)
    assert REDHAWK_HISTORY in tick(floor.parts, timedelta(0))
    assert REDHAWK_HISTORY not in tick(replace(floor.parts, redhawk=None), timedelta(0))


def test_a_job_that_waited_behind_another_reads_nothing(
    floor: Floor, academy: Academy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two jobs in line ask once; the next one after the pause asks again."""
    install(floor.parts)
    history_job()
    history_job()
    assert len(academy.asked) == 2
    monkeypatch.setattr(module, "_APART", timedelta(0))
    history_job()
    assert len(academy.asked) == 4


@pytest.mark.parametrize(
    ("ago_s", "failures", "due"),
    [
        (None, 0, True),
        (299, 0, False),
        (300, 0, True),
        (599, 1, False),
        (600, 1, True),
        (3599, 9, False),
        (3600, 9, True),
    ],
)
def test_when_histories_are_due(ago_s: int | None, failures: int, due: bool) -> None:
    """Every five minutes, after failures twice as long for each, at most an hour."""
    polled_at = None if ago_s is None else NOW - timedelta(seconds=ago_s)
    assert history_due(HistoryState(polled_at, failures, None), NOW, FIVE_MINUTES) is due


@pytest.mark.parametrize("url", ["academy.example.com", "ftp://a/b", "https://u:secret-word@a/b", "https://a/b?c"])
def test_a_wrong_address_is_refused(url: str) -> None:
    """It stops the start, without being quoted."""
    with pytest.raises(ValueError) as wrong:
        RedHawkClient(url)
    assert "secret-word" not in str(wrong.value)
