"""Levels: how much XP each needs. There is no highest level."""

from bisect import bisect_right

from programs.progression.rules import Rules


def level_for(xp: int, rules: Rules) -> int:
    """The level that this much XP reaches; level 1 is where everybody starts."""
    listed = rules.level_xp
    if xp >= listed[-1]:
        return len(listed) + (xp - listed[-1]) // rules.level_step
    return max(1, bisect_right(listed, xp))


def level_start(level: int, rules: Rules) -> int:
    """The XP with which a level (from 1) begins."""
    listed = rules.level_xp
    return listed[level - 1] if level <= len(listed) else listed[-1] + (level - len(listed)) * rules.level_step
