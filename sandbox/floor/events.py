"""Events: what moves a rep's figures, and from when until when it counts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

What = Literal[
    "xp",
    "call",
    "sub_thirty",
    "over_two_minutes",
    "early",
    "sign",
    "held_sign",
    "deal",
    "active",
    "module",
    "exam",
    "certification",
    "win",
]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that counts from `since` until it is taken back, `until` (None: it never is).

    `at` is when it happened: an outcome that is corrected in the evening is still of the call in the morning.
    `amount` is XP, a score in percent, or 1; `subject` a module, an exam, a certification, a boss's level or a lead.
    """

    what: What
    at: datetime
    since: datetime
    until: datetime | None = None
    amount: int = 1
    subject: str = ""
