"""Levels: the seed's thresholds, and no end."""

import pytest

from programs.progression.levels import level_for
from programs.progression.rules import default_rules

RULES = default_rules()


@pytest.mark.parametrize(
    ("xp", "level"),
    [
        (0, 1),
        (99, 1),
        (100, 2),
        (250, 3),
        (499, 3),
        (500, 4),
        (1_000, 5),
        (1_750, 6),
        (2_750, 7),
        (4_000, 8),
        (5_500, 9),
        (7_500, 10),
        (10_000, 11),
        (13_000, 12),
        (16_500, 13),
        (20_500, 14),
        (24_999, 14),
        (25_000, 15),
        (29_999, 15),
        (30_000, 16),
        (35_000, 17),
        (525_000, 115),
    ],
)
def test_a_level_begins_at_its_threshold(xp: int, level: int) -> None:
    """Level 15 takes 25,000 XP and every further level 5,000 more, without a cap."""
    assert level_for(xp, RULES) == level
