"""The lights of the Now page: from figures to green, amber and red with reasons in words."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from accounts.floor_lights import Floor, Level, lights, worst
from accounts.floor_sight import RedisSight
from ledger.delivery_totals import DeliveryTotals
from ledger.figures import Figures, RepsWaiting
from ledger.losses import LossCount, Losses
from ledger.paces import Paces
from ledger.sweep_state import SweepState

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
REDIS = RedisSight(80, 0.9, 0.0, None, {"repsync-digest": 2, "repsync-sweep": 2}, NOW, 0)


def _ago(seconds: float) -> datetime:
    return NOW - timedelta(seconds=seconds)


def _figures(**changed: Any) -> Figures:
    sweep = SweepState(None, None, _ago(10), None, _ago(20))
    well: dict[str, Any] = {
        "deliveries": DeliveryTotals({}, {}),
        "oldest_pending_at": None,
        "reps": RepsWaiting(0, None, 0),
        "put_off_until": None,
        "sweep": sweep,
        "lags": {},
        "losses": Losses(NOW, {}, None, NOW),
    }
    return Figures(**(well | changed))


def _floor(redis: RedisSight | None = REDIS, digested: int = 0, **changed: Any) -> Floor:
    return Floor(_figures(**changed), Paces(0, digested, 0, None), redis, NOW, NOW)


def _seen(floor: Floor) -> list[tuple[str, str]]:
    return [(light.step, light.level) for light in lights(floor)]


def test_a_floor_at_work_has_no_lights() -> None:
    """All green, also when there is nothing to do."""
    assert lights(_floor()) == []
    assert worst([]) == "green"


@pytest.mark.parametrize(
    ("changed", "step", "limits"),
    [
        ("oldest_pending_at", "waiting", (60, 120)),
        ("reps", "reps", (120, 300)),
        ("finished_at", "sweep", (900, 1200)),
        ("watermark_at", "sweep", (1200, 1800)),
        ("ticked_at", "processes", (30, 60)),
    ],
)
def test_waiting_turns_amber_and_then_red(changed: str, step: str, limits: tuple[int, int]) -> None:
    """Each at its own limits: not a second too early, and with the time in the reason."""
    expected: list[tuple[float, Level | None]] = [
        (limits[0], None),
        (limits[0] + 1, "amber"),
        (limits[1], "amber"),
        (limits[1] + 1, "red"),
    ]
    for seconds, level in expected:
        assert _seen(_standing_still(changed, _ago(seconds))) == ([(step, level)] if level else []), seconds


def _standing_still(what: str, at: datetime) -> Floor:
    if what == "ticked_at":
        return _floor(replace(REDIS, ticked_at=at))
    if what == "reps":
        return _floor(reps=RepsWaiting(3, at, 0))
    if what in ("finished_at", "watermark_at"):
        return _floor(sweep=replace(_figures().sweep, **{what: at}))
    return _floor(oldest_pending_at=at)


def test_the_reason_says_whether_anything_moves() -> None:
    """A backlog that is worked off reads otherwise than one that nobody touches."""
    still = lights(_floor(oldest_pending_at=_ago(600)))[0].reason
    assert still == "A delivery has waited 10 min to be digested; nothing was digested in the last minute."
    moving = lights(_floor(oldest_pending_at=_ago(600), digested=1234))[0].reason
    assert moving.endswith("1,234 were digested in the last minute.")


def test_a_replay_is_not_behind() -> None:
    """The watermark is compared with Twenty's time, which in a demo is another day's."""
    floor = _floor(sweep=replace(_figures().sweep, watermark_at=NOW - timedelta(days=30)))
    assert _seen(floor) == [("sweep", "red")]
    assert _seen(replace(floor, twenty_at=NOW - timedelta(days=30))) == []


def test_redis_away_is_one_red_light() -> None:
    """Nothing else can be said of what stands in Redis."""
    assert _seen(_floor(None)) == [("processes", "red")]


@pytest.mark.parametrize(
    ("changed", "expected", "words"),
    [
        ({"workers": {"repsync-digest": 0, "repsync-sweep": 0}}, ("processes", "red"), "No worker runs."),
        ({"workers": {"repsync-digest": 1, "repsync-sweep": 0}}, ("processes", "red"), "No worker serves sweep."),
        ({"ticked_at": None}, ("processes", "red"), "The clock has stopped"),
        ({"failed_jobs": 1}, ("processes", "amber"), "1 job failed for good"),
        ({"pause_s": 12.0, "pause_reason": "Unreachable"}, ("twenty", "red"), "pause for 12 s more (Unreachable)"),
        ({"budget_left": 0.05}, ("twenty", "amber"), "Nearly all of our 80 calls"),
    ],
)
def test_what_redis_tells(changed: dict[str, Any], expected: tuple[str, str], words: str) -> None:
    """Workers, clock, failed jobs, the gate and the budget each have a light."""
    found = lights(_floor(replace(REDIS, **changed)))
    assert [(light.step, light.level) for light in found] == [expected]
    assert words in found[0].reason


def test_rows_that_twenty_does_not_take_are_told() -> None:
    """Refused rows are somebody's to mend; a workspace that takes none is red until the time that it was put off to."""
    assert _seen(_floor(reps=RepsWaiting(0, None, 2))) == [("written", "amber")]
    assert _seen(_floor(put_off_until=NOW + timedelta(seconds=1))) == [("written", "red")]
    assert _seen(_floor(put_off_until=_ago(1))) == []


@pytest.mark.parametrize(
    ("told", "lost", "level"), [(1000, 21, None), (300, 20, None), (300, 21, "amber"), (20, 21, "red")]
)
def test_lost_webhooks_are_told_by_their_share(told: int, lost: int, level: Level | None) -> None:
    """Over 5 % of a day's changes and more than 20; over half is red."""
    floor = _floor(losses=Losses(NOW, {"notes": LossCount(told, lost)}, None, NOW))
    assert _seen(floor) == ([("losses", level)] if level else [])


def test_parked_deliveries_are_told_by_what_to_do() -> None:
    """What could not be read leads to the deliveries, what is nobody's to the names; what was requeued is gone."""
    entered = {
        ("twenty", "parked:unattributed"): 3,
        ("redhawk", "parked:unattributed"): 1,
        ("twenty", "parked:failed"): 2,
    }
    gone = {("twenty", "parked:unattributed"): 1, ("redhawk", "parked:unattributed"): 0, ("twenty", "parked:failed"): 0}
    found = lights(_floor(deliveries=DeliveryTotals(entered, gone)))
    assert [(light.level, light.reason, light.page) for light in found] == [
        ("amber", "2 deliveries could not be read or digested.", "deliveries"),
        ("amber", "3 deliveries are nobody's so far.", "unattributed"),
    ]
    assert lights(_floor(deliveries=DeliveryTotals(entered, entered))) == []


def test_the_worst_comes_first() -> None:
    """Who reads one line reads the one that matters most."""
    floor = _floor(replace(REDIS, failed_jobs=1, pause_s=3.0), oldest_pending_at=_ago(100))
    assert [level for _, level in _seen(floor)] == ["red", "amber", "amber"]
    assert worst(lights(floor)) == "red"
