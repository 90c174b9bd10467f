"""The fold in event time: gates are looked at after each moment, so a promotion names the fact that tipped it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from programs.progression.moments import Moment
from programs.progression.ranks import highest_rank
from programs.progression.rules import Rules
from programs.progression.tally import Tally


@dataclass(frozen=True, slots=True)
class RankStep:
    """A promotion: to which rank, when, and the key of the fact that tipped it."""

    rank: str
    reached_at: datetime
    fact_key: str


def fold(
    moments: Sequence[Moment], tally: Tally, rank: str, watermark: datetime | None, rules: Rules
) -> tuple[RankStep, ...]:
    """Goes through all moments, filling `tally`, and returns the promotions up to the watermark.

    `tally` starts with what others put into the row, `rank` is the highest reached so far. Several ranks reached in
    one moment give a step each.
    """
    steps: list[RankStep] = []
    for moment in moments:
        moment.change(tally)
        if watermark is None or moment.at > watermark:
            continue
        reached = highest_rank(tally.figures(), rules, rank)
        steps += [RankStep(code, moment.at, moment.key) for code in rules.ranks_between(rank, reached)]
        rank = reached
    return tuple(steps)
