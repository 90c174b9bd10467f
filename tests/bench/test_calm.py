"""Measurements that others on the same host disturbed are made again."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench import calm
from bench.calm import TRIES, calmest, taken_s

SECONDS = 10.0


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Of each measurement, each 10 s of one processor, what others take: a test fills it in."""
    shares: list[float] = []
    clock: Iterator[float] = iter([SECONDS * (number // 2 + number % 2) for number in range(100)])
    looks = iter(range(100))
    monkeypatch.setattr(calm.os, "cpu_count", lambda: 1)
    monkeypatch.setattr(calm.time, "monotonic", lambda: next(clock))
    monkeypatch.setattr(calm, "taken_s", lambda: SECONDS * sum(shares[: (next(looks) + 1) // 2]))
    return shares


@pytest.mark.parametrize(
    ("shares", "kept"), [([0.01, 0.0], 0), ([0.3, 0.05, 0.0], 1), ([0.3, 0.2, 0.4, 0.0], 1)], ids=str
)
def test_what_was_disturbed_least_counts(taken: list[float], shares: list[float], kept: int) -> None:
    """The first that was calm enough; after three that were not, the calmest of them."""
    taken += shares
    runs = iter(range(100))
    assert calmest(lambda: next(runs)) == kept
    assert next(runs) <= TRIES


def test_a_first_look_is_not_measured_again(taken: list[float]) -> None:
    """However much others take."""
    taken += [0.3, 0.0]
    runs = iter(range(100))
    assert (calmest(lambda: next(runs), tries=1), next(runs)) == (0, 1)


def test_what_others_take_is_read_of_the_whole_machine(tmp_path: Path) -> None:
    """The ninth field of the first line, in hundredths of a second; a system that tells none has none taken."""
    stat = tmp_path / "stat"
    stat.write_text("cpu  10 20 30 40 50 60 70 250 0 0\ncpu0 1 2 3 4 5 6 7 125 0 0\n", encoding="utf-8")
    assert taken_s(stat) == 2.5
    assert taken_s(tmp_path / "nothing") == 0.0
