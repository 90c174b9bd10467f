"""The figures that gates and standings look at."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Figures:
    """A rep's figures at one moment.

    `total_xp` is the merged total (ours + foreign). `total_calls` leaves out rejected inbound calls; calls of
    unknown duration are in it, but in none of the three counts by duration. `connects` are calls in which somebody
    talked, `voicemails` those that left a message. `leads_called` counts leads, not
    calls. `badges` are elements as found (`id.tier`, or `id`). `exams` holds the best score in percent by
    canonical exam id; `unscored_exams` are canonical ids that the row lists as passed without a score.
    """

    total_xp: int = 0
    total_calls: int = 0
    known_duration_calls: int = 0
    sub_thirty_calls: int = 0
    over_two_minute_calls: int = 0
    connects: int = 0
    voicemails: int = 0
    appointments_set: int = 0
    appointments_held: int = 0
    closed_deals: int = 0
    leads_called: int = 0
    leads_full_cadence: int = 0
    modules: frozenset[str] = frozenset()
    badges: frozenset[str] = frozenset()
    exams: Mapping[str, Decimal] = field(default_factory=dict)
    unscored_exams: frozenset[str] = frozenset()
    certifications: frozenset[str] = frozenset()
    mentees: int = 0
