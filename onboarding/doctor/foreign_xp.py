"""Whether another program pays the calls that repsync pays too."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from ledger.foreign_growth import GrowthLine, growth_by_rep
from onboarding.doctor.check import Finding, passed, warned
from onboarding.doctor.stores import LedgerSight
from programs.progression.rules import Rules

OFTEN = 3  # hours of a week (default): a leader's gift or a boss battle now and then is no program that pays calls
_MOST_NAMED = 3


def check_foreign_xp(sight: LedgerSight, rules: Rules) -> Finding:
    """By what the publisher saw in the rows in the last week."""
    with sight.reading() as connection:
        return judge_foreign_xp(growth_by_rep(connection), rules.xp_owners.calls)


def judge_foreign_xp(lines: Mapping[str, Sequence[GrowthLine]], owner: str) -> Finding:
    """Reps whose foreign XP grew in at least three hours in which their calls grew too."""
    if owner == "foreign":
        return passed("calls are paid by another program, as the rules say")
    suspects = {rep: grown for rep, each in lines.items() if len(grown := _grown_along(each)) >= OFTEN}
    if not suspects:
        return passed("does not grow along with our calls")
    named = [
        f"{rep} (+{sum(xp for xp, _ in grown)} XP beside {sum(n for _, n in grown)} calls)"
        for rep, grown in sorted(suspects.items())[:_MOST_NAMED]
    ]
    more = f" and {len(suspects) - _MOST_NAMED} more" if len(suspects) > _MOST_NAMED else ""
    return warned(
        f"grows along with the calls of {', '.join(named)}{more}: calls may be paid twice",
        'Does another program pay calls? Then set xp_owners.calls = "foreign" in the rules file (REPSYNC_RULES).',
    )


def _grown_along(lines: Sequence[GrowthLine]) -> list[tuple[int, int]]:
    """(foreign XP, calls) of each step in which both grew."""
    steps = [(new.foreign_xp - old.foreign_xp, new.calls - old.calls) for old, new in pairwise(lines)]
    return [(xp, calls) for xp, calls in steps if xp > 0 and calls > 0]
