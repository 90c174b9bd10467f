"""Fuzzing the webhooks: whatever is signed and posted, no fault, no wedged worker, nothing that stops the others.

`make fuzz` runs it for FUZZ_S seconds (600) from FUZZ_SEED (random without it), and prints both.
"""

import json
import os
import random
import sys
import time
from collections.abc import Callable

import pytest
from floor import Floor, recorded_day
from fuzzed_floor import FuzzedFloor, Mutant, told
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from mutations import TRAINING_BODIES, mutated_body
from structlog.testing import capture_logs

from worker.rebuild import rebuild

RECORDED = [json.loads(delivery.raw) for delivery in recorded_day().deliveries]
ROUNDS = 25
BOUNDED = settings(
    max_examples=ROUNDS,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
MUTANTS = st.lists(
    st.one_of(
        st.tuples(st.just("twenty"), st.sampled_from(RECORDED).flatmap(mutated_body)),
        st.tuples(st.just("twenty"), st.sampled_from(RECORDED).flatmap(mutated_body)),
        st.tuples(st.just("redhawk"), st.sampled_from(TRAINING_BODIES).flatmap(mutated_body)),
    ),
    min_size=20,
    max_size=25,
)


@pytest.fixture
def fuzzed(floor: Floor) -> FuzzedFloor:
    """The recorded day, all told, so that mutants meet records that are there."""
    floor.play()
    floor.sweep()
    return FuzzedFloor(floor)


def _run(fuzzed: FuzzedFloor, decorate: Callable[..., Callable[[], None]]) -> int:
    """Runs rounds of mutants and returns how many mutants there were."""
    inputs: list[int] = []

    def one_round(mutants: list[Mutant]) -> None:
        inputs.append(len(mutants))
        with capture_logs():
            fuzzed.round(mutants)

    decorate(given(MUTANTS)(one_round))()
    return sum(inputs)


def _is_true(fuzzed: FuzzedFloor) -> bool:
    """Whether what was kept of the mutants is what their versions say."""
    return rebuild(fuzzed.floor.parts, None, correct=False, progress=lambda done, length: None).same


def test_mutated_webhooks_wedge_nothing(fuzzed: FuzzedFloor) -> None:
    """Mutants of recorded webhooks, signed, end accepted or refused, digested or parked; what is kept stays true.

    How many end how depends on what is drawn; more than the good note of each round is digested.
    """
    inputs = _run(fuzzed, BOUNDED)
    assert inputs >= 400, told(fuzzed, "fixed", inputs)
    assert fuzzed.states["processed"] > ROUNDS < fuzzed.states["parked"]
    assert _is_true(fuzzed)


@pytest.mark.skipif("FUZZ_S" not in os.environ, reason="the long run: make fuzz")
@pytest.mark.timeout(0)
def test_mutated_webhooks_for_long(fuzzed: FuzzedFloor) -> None:
    """The same from another seed, for as long as asked."""
    until_s = time.monotonic() + float(os.environ["FUZZ_S"])
    first = int(os.environ.get("FUZZ_SEED") or random.randrange(10**9))
    sys.stdout.write(f"FUZZ_SEED={first}\n")
    rounds = inputs = 0
    unbounded = settings(BOUNDED, derandomize=False)
    while time.monotonic() < until_s:
        inputs += _run(fuzzed, lambda test, at=first + rounds: seed(at)(unbounded(test)))
        rounds += 1
        sys.stdout.write(told(fuzzed, first, inputs) + "\n")
    assert _is_true(fuzzed)
