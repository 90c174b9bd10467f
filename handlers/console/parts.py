"""What the console needs of the rest."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import Engine

from accounts.floor_sight import RedisSight
from handlers.api.parts import Synced
from handlers.console.work_parts import WorkParts
from programs.progression.rules import Rules
from programs.progression.rules_values import RuleValue


class Rebuilt(Protocol):
    """What a rebuild of one rep read, and how much of each kind came out otherwise and was corrected."""

    records: int
    facts: int
    decisions: int
    days: int
    standings: int

    @property
    def same(self) -> bool:
        """Whether everything came out as it was kept."""


@dataclass(frozen=True, slots=True)
class ConsoleParts:
    """What pages read from, and what acts when somebody presses a button.

    `engine` is pooled; what reads it raises LedgerUnavailable, and the console answers with its page for that. `now` is
    the aware UTC time that standings are told for. `redis` looks at Redis: None when it is away.

    `sync` settles and publishes one rep now, and does not raise when Twenty is away; `rebuild` recomputes and corrects
    one rep, None: others are at it. `rule_values` are the rules in force, number by number. `work` is what
    the pages on deliveries, jobs and mappings act with.
    """

    engine: Engine
    rules: Rules
    now: Callable[[], datetime]
    redis: Callable[[], RedisSight | None]
    sync: Callable[[str], Synced]
    rebuild: Callable[[str], Rebuilt | None]
    rule_values: Sequence[RuleValue]
    work: WorkParts
