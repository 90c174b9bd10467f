"""Habits: how a rep sells. The seed's three diagnoses are among them, and each shows in the rep's figures."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Habit:
    """How a rep works a day.

    `outcomes` are weights. `hang_ups` is the share of conversations that end within 30 s; the others last `talk_s`
    (shortest, usual, longest). `ring_s` is how long the rep lets it ring. `shows` and `closes` are the shares of
    appointments that are held and of held ones that are won; `passes` is that of academy attempts, and `last_module`
    how far the rep goes there.
    """

    name: str
    outcomes: Mapping[str, int]
    hang_ups: float
    talk_s: tuple[int, int, int]
    ring_s: tuple[int, int]
    shows: float
    closes: float
    modules_a_day: float
    battles_a_day: float
    passes: float
    pace: float = 1.0
    weekends: bool = False
    joins_after_days: int = 0
    last_module: int = 6


STRONG_OPENER = Habit(
    name="strong opener",
    outcomes={
        "CONTACT": 22,
        "CALLBACK": 10,
        "NOT_INTERESTED": 12,
        "APPOINTMENT": 3,
        "VOICEMAIL": 20,
        "NO_ANSWER": 25,
        "WRONG_NUMBER": 4,
        "DNC": 2,
        "GATEKEEPER": 2,
    },
    hang_ups=0.1,
    talk_s=(30, 90, 400),
    ring_s=(20, 45),
    shows=0.6,
    closes=0.3,
    modules_a_day=1.0,
    battles_a_day=0.3,
    passes=0.8,
)

# "High dials, low connects: bad leads?" No: voicemails = 0, the rep is not leaving messages.
VOICEMAIL_AVOIDER = Habit(
    name="voicemail avoider",
    outcomes={
        "CONTACT": 5,
        "CALLBACK": 3,
        "NOT_INTERESTED": 4,
        "APPOINTMENT": 1,
        "NO_ANSWER": 75,
        "BUSY": 4,
        "DISCONNECTED": 4,
        "WRONG_NUMBER": 4,
    },
    hang_ups=0.3,
    talk_s=(30, 80, 300),
    ring_s=(4, 24),
    shows=0.5,
    closes=0.2,
    modules_a_day=0.6,
    battles_a_day=0.1,
    passes=0.7,
    pace=1.25,
)

# "Good conversations, no appointments: needs closing help."
TALKER = Habit(
    name="talker who never asks",
    outcomes={
        "CONTACT": 30,
        "CALLBACK": 18,
        "NOT_INTERESTED": 7,
        "VOICEMAIL": 17,
        "NO_ANSWER": 25,
        "WRONG_NUMBER": 3,
    },
    hang_ups=0.06,
    talk_s=(60, 260, 1100),
    ring_s=(15, 40),
    shows=0.0,
    closes=0.0,
    modules_a_day=0.8,
    battles_a_day=0.2,
    passes=0.8,
    pace=0.8,
)

CLOSER = Habit(
    name="closer",
    outcomes={
        "CONTACT": 18,
        "CALLBACK": 8,
        "NOT_INTERESTED": 10,
        "APPOINTMENT": 9,
        "VOICEMAIL": 22,
        "NO_ANSWER": 26,
        "WRONG_NUMBER": 4,
        "DNC": 3,
    },
    hang_ups=0.1,
    talk_s=(40, 150, 800),
    ring_s=(20, 45),
    shows=0.85,
    closes=0.7,
    modules_a_day=2.5,
    battles_a_day=0.6,
    passes=0.9,
    weekends=True,
)

# "100 calls, 20 conversations": with a sub-30s drop rate of 65 % it is the opener that needs training.
NEWCOMER = Habit(
    name="newcomer",
    outcomes={
        "CONTACT": 9,
        "CALLBACK": 4,
        "NOT_INTERESTED": 6,
        "APPOINTMENT": 1,
        "VOICEMAIL": 20,
        "NO_ANSWER": 52,
        "WRONG_NUMBER": 6,
        "LEFT_MSG": 2,
    },
    hang_ups=0.65,
    talk_s=(30, 60, 240),
    ring_s=(3, 33),
    shows=0.5,
    closes=0.1,
    modules_a_day=1.5,
    battles_a_day=0.2,
    passes=0.6,
    joins_after_days=1,
    last_module=2,
)

HABITS = (STRONG_OPENER, VOICEMAIL_AVOIDER, TALKER, CLOSER, NEWCOMER)
