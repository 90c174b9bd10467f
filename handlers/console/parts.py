"""What the console needs of the rest."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from accounts.floor_sight import RedisSight
from programs.progression.rules import Rules


@dataclass(frozen=True, slots=True)
class ConsoleParts:
    """What pages read from, and what acts when somebody presses a button.

    `engine` is pooled; what reads it raises LedgerUnavailable, and the console answers with its page for that. `now` is
    the aware UTC time that standings are told for. `redis` looks at Redis: None when it is away.
    """

    engine: Engine
    rules: Rules
    now: Callable[[], datetime]
    redis: Callable[[], RedisSight | None]
