"""What the console needs of the rest."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from accounts.floor_sight import RedisSight
from handlers.console.work_parts import WorkParts
from programs.progression.rules import Rules


@dataclass(frozen=True, slots=True)
class ConsoleParts:
    """What pages read from, and what acts when somebody presses a button.

    `engine` is pooled; what reads it raises LedgerUnavailable, and the console answers with its page for that. `now` is
    the aware UTC time that standings are told for. `redis` looks at Redis: None when it is away. `work` is what the
    pages on deliveries, jobs and mappings act with.
    """

    engine: Engine
    rules: Rules
    now: Callable[[], datetime]
    redis: Callable[[], RedisSight | None]
    work: WorkParts
