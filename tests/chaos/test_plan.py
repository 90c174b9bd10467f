"""Which kills a run of chaos makes."""

from typing import get_args

import pytest

from chaos.director import Recovered
from chaos.kills import Kill, TwentyAway, Victim, plan
from chaos.report import p99, recovery_table
from ledger.fault_points import FaultPoint


def _victims(seed: int, kills: int) -> list[str]:
    return [strike.victim for strike in plan(seed, kills) if isinstance(strike, Kill)]


def test_the_same_seed_makes_the_same_kills() -> None:
    """A run that found something can be made again; another seed kills in another order."""
    assert plan(5, 112) == plan(5, 112)
    assert plan(5, 112) != plan(6, 112)


def test_a_full_run_kills_everybody_and_everywhere() -> None:
    """112 kills: each of seven victims at least ten times, at each of the fault points twice, four outages of
    Twenty."""
    struck = _victims(seed=1, kills=112)
    assert len(struck) == 112
    assert all(struck.count(victim) >= 10 for victim in get_args(Victim))
    assert all(struck.count(point) == 2 for point in get_args(FaultPoint))
    assert sum(isinstance(strike, TwentyAway) for strike in plan(1, 112)) == 4


@pytest.mark.parametrize("kills", [14, 15])
def test_a_short_run_leaves_no_victim_out(kills: int) -> None:
    """Nobody is killed again before everybody was killed once."""
    assert {*get_args(Victim)} <= {*_victims(seed=3, kills=kills)}


def test_p99_is_a_time_that_was_measured() -> None:
    """Of 100 times the second longest, of fewer the longest."""
    assert p99([float(n) for n in range(1, 101)]) == 99.0
    assert p99([3.0, 1.0]) == 3.0


def test_every_kind_of_kill_has_a_line_in_the_report() -> None:
    """What is measured is shown: no kind is left out."""
    kinds = sorted({strike.kind for strike in plan(1, 112)})
    assert recovery_table([Recovered(kind, 1.0) for kind in kinds]).row_count == len(kinds)
