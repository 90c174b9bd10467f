"""The rules document, § Levels: the seed's thresholds, and no end."""

import pytest

from programs.progression.levels import level_for
from programs.progression.rules import default_rules

THRESHOLDS = {
    2: 100,
    3: 250,
    4: 500,
    5: 1_000,
    6: 1_750,
    7: 2_750,
    8: 4_000,
    9: 5_500,
    10: 7_500,
    11: 10_000,
    12: 13_000,
    13: 16_500,
    14: 20_500,
    15: 25_000,
    16: 30_000,
    17: 35_000,
    18: 40_000,
    115: 525_000,
}


@pytest.mark.parametrize(("level", "xp"), THRESHOLDS.items())
def test_a_level_begins_at_its_threshold(level: int, xp: int) -> None:
    """Level 15 takes 25,000 XP and every further level 5,000 more, without a cap; one XP less is the level before."""
    assert (level_for(xp - 1, default_rules()), level_for(xp, default_rules())) == (level - 1, level)


def test_everybody_starts_at_level_one() -> None:
    """Without any XP."""
    assert level_for(0, default_rules()) == 1
